// SPDX-License-Identifier: Apache-2.0
// The conformance suites from C: on ports written in C, on ports by URL, and on one that breaks the contract.
#include "callback_ends.h"
#include "check.h"
#include "ground.h"
#include "kept_artifacts.h"
#include "kept_commands.h"
#include "kept_events.h"
#include "kept_lobbies.h"
#include "scripted_executor.h"

typedef struct tally {
  int told;
  int applied;
  int failed;
  const char* looked_for;  // in what failed; NULL: nothing
  int met;
} tally;

static void tell(void* self, const char* check, mr_flag applied, const char* const* failures, size_t failure_count) {
  tally* so_far = self;
  size_t i;
  ++so_far->told;
  if (applied) ++so_far->applied;
  if (failure_count > 0) ++so_far->failed;
  for (i = 0; i < failure_count; ++i) {
    printf("%s: %s\n", check, failures[i]);
    if (so_far->looked_for != NULL && strstr(failures[i], so_far->looked_for) != NULL) ++so_far->met;
  }
}

// The suite ran, everything that was told held, and not all was passed over.
static void check_tally(const tally* found, size_t failed, const char* what) {
  printf("%s: %d checks, %d apply, %d failed\n", what, found->told, found->applied, found->failed);
  CHECK(found->told > 0 && found->applied > 0);
  CHECK(found->failed == 0 && failed == 0);
}

static mr_code open_kept_artifacts(mr_artifact_sink** out, void* self, mr_flag fresh, mr_error** error) {
  if (fresh) kept_artifacts_clear(self);
  return mr_artifact_sink_new(out, &kept_artifacts_vtable, self, error);
}

static void test_artifact_sink_in_c(void) {
  kept_artifacts kept;
  mr_artifact_sink_subject subject = MR_ARTIFACT_SINK_SUBJECT_INIT;
  tally found = {0, 0, 0, NULL, 0};
  size_t failed = 99;
  mr_error* error = NULL;
  memset(&kept, 0, sizeof kept);
  subject.self = &kept;
  subject.open = open_kept_artifacts;
  CHECK_OK(mr_check_artifact_sink(&failed, &subject, tell, &found, &error), error);
  check_tally(&found, failed, "artifact sink in C");
  CHECK(kept.too_early == 0);
  CHECK(kept.opened == kept.ended + 1);  // one is crashed on purpose, and resumed
  kept_artifacts_clear(&kept);
}

static mr_code open_kept_events(mr_event_sink** out, void* self, mr_flag fresh, mr_error** error) {
  if (fresh) kept_events_clear(self);
  return mr_event_sink_new(out, &kept_events_vtable, self, error);
}

static mr_code tell_received(mr_event_list* events, void* self, mr_error** error) {
  const kept_events* kept = self;
  mr_code code = MR_OK;
  size_t i;
  for (i = 0; i < kept->count && code == MR_OK; ++i) code = mr_event_list_add(events, kept->rows[i], error);
  return code;
}

static void test_event_sink_in_c(void) {
  kept_events kept;
  mr_event_sink_subject subject = MR_EVENT_SINK_SUBJECT_INIT;
  tally found = {0, 0, 0, NULL, 0};
  size_t failed = 99;
  mr_error* error = NULL;
  memset(&kept, 0, sizeof kept);
  subject.self = &kept;
  subject.open = open_kept_events;
  CHECK_FAILS(mr_check_event_sink(&failed, &subject, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "received");
  subject.received = tell_received;
  kept.at_once = 2;
  CHECK_OK(mr_check_event_sink(&failed, &subject, tell, &found, &error), error);
  check_tally(&found, failed, "event sink in C");
  kept_events_clear(&kept);
}

static mr_code open_kept_commands(mr_command_source** out, void* self, mr_flag fresh, mr_error** error) {
  kept_commands_reset(self, fresh);
  return mr_command_source_new(out, &kept_commands_vtable, self, error);
}

static void test_command_source_in_c(void) {
  kept_commands kept;
  mr_command_source_subject subject = MR_COMMAND_SOURCE_SUBJECT_INIT;
  tally found = {0, 0, 0, NULL, 0};
  size_t failed = 99;
  mr_error* error = NULL;
  kept_commands_make(&kept);
  subject.self = &kept;
  subject.open = open_kept_commands;
  CHECK_FAILS(mr_check_command_source(&failed, &subject, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "send");
  subject.send = kept_commands_send;
  CHECK_OK(mr_check_command_source(&failed, &subject, tell, &found, &error), error);
  check_tally(&found, failed, "command source in C");
  CHECK(found.applied == found.told);  // it delivers again, too
  kept_commands_end(&kept);
}

static mr_code open_kept_lobbies(mr_game_server** out, void* self, mr_flag fresh, mr_error** error) {
  if (fresh) memset(self, 0, sizeof(kept_lobbies));
  return mr_game_server_new(out, &kept_lobbies_vtable, self, error);
}

static mr_code open_lobbies_for_good(mr_game_server** out, void* self, mr_flag fresh, mr_error** error) {
  mr_game_server_vtable vtable = kept_lobbies_vtable;
  vtable.remove_player = NULL;
  if (fresh) memset(self, 0, sizeof(kept_lobbies));
  return mr_game_server_new(out, &vtable, self, error);
}

static void test_game_server_in_c(void) {
  kept_lobbies kept;
  mr_game_server_subject subject = MR_GAME_SERVER_SUBJECT_INIT;
  mr_game_server_vtable vtable = kept_lobbies_vtable;
  mr_game_server* server = NULL;
  tally whole = {0, 0, 0, NULL, 0};
  tally lesser = {0, 0, 0, NULL, 0};
  size_t failed = 99;
  mr_error* error = NULL;
  subject.self = &kept;
  subject.open = open_kept_lobbies;
  CHECK_OK(mr_check_game_server(&failed, &subject, tell, &whole, &error), error);
  check_tally(&whole, failed, "game server in C");
  subject.open = open_lobbies_for_good;
  CHECK_OK(mr_check_game_server(&failed, &subject, tell, &lesser, &error), error);
  check_tally(&lesser, failed, "game server that keeps its players");

  memset(&kept, 0, sizeof kept);
  CHECK_OK(mr_game_server_new(&server, &vtable, &kept, &error), error);
  mr_game_server_free(server);
  CHECK(kept.destroyed == 1);
  vtable.join = NULL;
  CHECK_FAILS(mr_game_server_new(&server, &vtable, &kept, &error), error, MR_ERROR_INVALID_ARGUMENT, "vtable.join");
}

static mr_code open_scripted(mr_executor** out, void* self, mr_flag fresh, mr_error** error) {
  (void)fresh;
  return mr_executor_new(out, &scripted_executor_vtable, self, error);
}

static void test_executor_in_c(void) {
  scripted_executor executor;
  mr_executor_subject subject = MR_EXECUTOR_SUBJECT_INIT;
  tally found = {0, 0, 0, NULL, 0};
  size_t failed = 99;
  mr_error* error = NULL;
  memset(&executor, 0, sizeof executor);
  subject.self = &executor;
  subject.open = open_scripted;
  CHECK_FAILS(mr_check_executor(&failed, &subject, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT, "seats");
  subject.seats = MR_SEATS_SCRIPTED;
  CHECK_OK(mr_check_executor(&failed, &subject, tell, &found, &error), error);
  check_tally(&found, failed, "executor in C");
  CHECK(executor.workers_made == executor.workers_freed && executor.workers_made > 0);
  CHECK_OK(mr_check_executor(&failed, &subject, NULL, NULL, &error), error);  // nobody listens
}

static mr_code open_store(mr_state_store** out, void* self, mr_flag fresh, mr_error** error) {
  return mr_state_store_open(out, ground_url(self, fresh), error);
}

static mr_code open_artifacts(mr_artifact_sink** out, void* self, mr_flag fresh, mr_error** error) {
  return mr_artifact_sink_open(out, ground_url(self, fresh), error);
}

static mr_code open_executor(mr_executor** out, void* self, mr_flag fresh, mr_error** error) {
  return mr_executor_open(out, ground_url(self, fresh), error);
}

static mr_code check_store(size_t* failed, ground* on, tally* found, mr_error** error) {
  mr_state_store_subject subject = MR_STATE_STORE_SUBJECT_INIT;
  subject.self = on;
  subject.open = open_store;
  return mr_check_state_store(failed, &subject, tell, found, error);
}

static mr_code check_artifacts(size_t* failed, ground* on, tally* found, mr_error** error) {
  mr_artifact_sink_subject subject = MR_ARTIFACT_SINK_SUBJECT_INIT;
  subject.self = on;
  subject.open = open_artifacts;
  return mr_check_artifact_sink(failed, &subject, tell, found, error);
}

static mr_code check_scripts(size_t* failed, ground* on, tally* found, mr_error** error) {
  mr_executor_subject subject = MR_EXECUTOR_SUBJECT_INIT;
  subject.seats = MR_SEATS_SCRIPTED;
  subject.self = on;
  subject.open = open_executor;
  return mr_check_executor(failed, &subject, tell, found, error);
}

static mr_code check_commands(size_t* failed, ground* on, tally* found, mr_error** error) {
  mr_executor_subject subject = MR_EXECUTOR_SUBJECT_INIT;
  subject.seats = MR_SEATS_SHELL;
  subject.self = on;
  subject.open = open_executor;
  return mr_check_executor(failed, &subject, tell, found, error);
}

// The library's own adapters, as a C caller opens them. The two sinks and sources whose peer only C++ can ask are
// checked there.
static void test_ports_by_url(void) {
  static const struct {
    const char* scheme;
    int is_in_a_file;
    mr_code (*check)(size_t* failed, ground* on, tally* found, mr_error** error);
  } rows[] = {
      {"memory://", 0, check_store},   {"sqlite:///", 1, check_store},  {"memory://", 0, check_artifacts},
      {"file://", 1, check_artifacts}, {"memory://", 0, check_scripts}, {"sandbox://", 0, check_commands},
  };
  size_t i;
  ground on;
  ground_make(&on);
  for (i = 0; i < sizeof rows / sizeof *rows; ++i) {
    tally found = {0, 0, 0, NULL, 0};
    size_t failed = 99;
    mr_error* error = NULL;
    on.scheme = rows[i].scheme;
    on.is_in_a_file = rows[i].is_in_a_file;
    CHECK_OK(rows[i].check(&failed, &on, &found, &error), error);
    check_tally(&found, failed, rows[i].scheme);
  }
  ground_remove(&on);
}

// Counts events and keeps none.
static mr_code lose(size_t* taken, void* self, const mr_event* const* events, size_t count, const mr_context* context,
                    mr_error** error) {
  (void)self;
  (void)events;
  (void)context;
  (void)error;
  *taken = count;
  return MR_OK;
}

// Takes more than it was given.
static mr_code boast(size_t* taken, void* self, const mr_event* const* events, size_t count, const mr_context* context,
                     mr_error** error) {
  (void)self;
  (void)events;
  (void)context;
  (void)error;
  *taken = count + 1;
  return MR_OK;
}

static mr_code open_boasting(mr_event_sink** out, void* self, mr_flag fresh, mr_error** error) {
  mr_event_sink_vtable vtable = MR_EVENT_SINK_VTABLE_INIT;
  vtable.publish = boast;
  (void)fresh;
  return mr_event_sink_new(out, &vtable, self, error);
}

static mr_code open_losing(mr_event_sink** out, void* self, mr_flag fresh, mr_error** error) {
  mr_event_sink_vtable vtable = MR_EVENT_SINK_VTABLE_INIT;
  vtable.publish = lose;
  (void)fresh;
  return mr_event_sink_new(out, &vtable, self, error);
}

static mr_code open_nothing(mr_event_sink** out, void* self, mr_flag fresh, mr_error** error) {
  (void)out;
  (void)self;
  (void)fresh;
  return fail(error, MR_ERROR_UNAVAILABLE, "the peer is away");
}

static void test_ports_that_break_the_contract(void) {
  kept_events kept;
  mr_event_sink_subject subject = MR_EVENT_SINK_SUBJECT_INIT;
  tally found = {0, 0, 0, NULL, 0};
  size_t failed = 0;
  mr_error* error = NULL;
  memset(&kept, 0, sizeof kept);
  subject.self = &kept;
  subject.received = tell_received;
  subject.open = open_losing;
  CHECK_OK(mr_check_event_sink(&failed, &subject, tell, &found, &error), error);
  CHECK(failed > 0 && found.failed == (int)failed);

  memset(&found, 0, sizeof found);
  found.looked_for = "more events than there were";
  subject.open = open_boasting;
  CHECK_OK(mr_check_event_sink(&failed, &subject, tell, &found, &error), error);
  CHECK(found.told > 0 && found.failed == found.told);
  CHECK(found.met > 0);

  memset(&found, 0, sizeof found);
  found.looked_for = "the peer is away";
  subject.open = open_nothing;
  CHECK_OK(mr_check_event_sink(&failed, &subject, tell, &found, &error), error);
  CHECK(found.told > 0 && found.failed == found.told);
  CHECK(found.met == found.told);

  subject.open = NULL;
  CHECK_FAILS(mr_check_event_sink(&failed, &subject, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT, "open");
  CHECK_FAILS(mr_check_event_sink(NULL, &subject, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT, "failed");
  CHECK_FAILS(mr_check_state_store(&failed, NULL, tell, &found, &error), error, MR_ERROR_INVALID_ARGUMENT, "subject");
}

int main(void) {
  test_artifact_sink_in_c();
  test_event_sink_in_c();
  test_command_source_in_c();
  test_game_server_in_c();
  test_executor_in_c();
  test_ports_by_url();
  test_ports_that_break_the_contract();
  return check_result();
}
