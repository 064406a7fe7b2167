// SPDX-License-Identifier: Apache-2.0
// Ports written in C, in a real runner: an executor, an artifact sink and an event sink; and ports by URL.
#include "kept_artifacts.h"
#include "kept_commands.h"
#include "kept_events.h"
#include "runners.h"
#include "scripted_executor.h"

typedef struct ports {
  kept_artifacts artifacts;
  kept_events events;
  scripted_executor executor;
} ports;

// `streamed`: which artifacts are sent elsewhere while they grow, too; NULL: none.
static mr_runner* open_on(ports* own, const char* streamed) {
  const char* const names[] = {"kept"};
  static const char* const urls[] = {"memory://"};
  const mr_event_sink* sinks[1] = {NULL};
  mr_artifact_sink* artifacts = NULL;
  mr_event_sink* events = NULL;
  mr_executor* executor = NULL;
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_runner* runner;

  CHECK_OK(mr_artifact_sink_new(&artifacts, &kept_artifacts_vtable, &own->artifacts, &error), error);
  CHECK_OK(mr_event_sink_new(&events, &kept_events_vtable, &own->events, &error), error);
  CHECK_OK(mr_executor_new(&executor, &scripted_executor_vtable, &own->executor, &error), error);
  sinks[0] = events;
  options.slots = 1;  // one worker: what the ports count needs no lock
  options.artifacts = artifacts;
  options.executor = executor;
  options.sink_count = 1;
  options.sink_names = names;
  options.sinks = sinks;
  options.stream_count = streamed != NULL ? 1 : 0;
  options.stream_patterns = &streamed;
  options.stream_urls = urls;
  runner = open_runner(options);
  mr_artifact_sink_free(artifacts);
  mr_event_sink_free(events);
  mr_executor_free(executor);
  CHECK(own->artifacts.destroyed == 0 && own->events.destroyed == 0 && own->executor.destroyed == 0);
  return runner;
}

static void check_kept_events(const kept_events* events, const char* id) {
  size_t i;
  int of_match = 0, collected = 0, dropped = 0;
  for (i = 0; i < events->count; ++i) {
    if (i > 0) CHECK(mr_event_sequence(events->rows[i - 1]) < mr_event_sequence(events->rows[i]));
    if (strcmp(mr_event_subject(events->rows[i]), id) != 0) continue;
    ++of_match;
    if (strcmp(mr_event_type(events->rows[i]), "collected") == 0) ++collected;
    if (strcmp(mr_event_type(events->rows[i]), "dropped") == 0) ++dropped;
  }
  CHECK(of_match > 5);
  CHECK(collected == 1);
  CHECK(dropped == 1);
}

// Its second line is one that the scripted executor drops.
static const char telling_match[] =
    "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"custom\": {},"
    " \"arguments\": [\"print rolling\", \"event {\\\"type\\\": \\\"progress\\\"}\", \"event too long\","
    " \"output roll.txt=four\", \"result {\\\"scores\\\": {\\\"die\\\": 4}, \\\"reason\\\": \\\"rolled\\\"}\"]}]}}";

static void test_a_match_on_ports_in_c(void) {
  ports own;
  mr_runner* runner;
  mr_match *queued, *match;
  mr_error* error = NULL;
  mr_buffer* json = NULL;
  size_t i;
  memset(&own, 0, sizeof own);
  own.events.refusals = 1;  // and published all the same, later
  own.events.at_once = 2;
  runner = open_on(&own, NULL);
  queued = submit(runner, telling_match);
  match = wait_for(runner, mr_match_id(queued));

  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  CHECK_TEXT(mr_seat_outcome_name(mr_match_seat(match, 0)), "die");
  CHECK(mr_seat_outcome_verdict(mr_match_seat(match, 0)) == MR_VERDICT_OK);
  CHECK(mr_match_artifact_count(match) == 4);  // stdout, stderr, output, result
  for (i = 0; i < mr_match_artifact_count(match); ++i) {
    const mr_artifact* artifact = mr_match_artifact(match, i);
    const kept_artifact* kept = kept_artifacts_find(&own.artifacts, mr_artifact_uri(artifact));
    if (CHECK(kept != NULL)) CHECK(kept->size == mr_artifact_bytes(artifact));
  }
  if (CHECK_OK(mr_match_json(&json, match, &error), error)) {
    CHECK_CONTAINS(mr_buffer_data(json), "\"scripted\"");  // the isolation in force
    CHECK_CONTAINS(mr_buffer_data(json), "\"nothing\"");
  }
  mr_buffer_free(json);

  CHECK_OK(mr_runner_close(runner, 0, &error), error);  // flushes the sink
  check_kept_events(&own.events, mr_match_id(match));
  mr_runner_free(runner);
  CHECK(own.artifacts.destroyed == 1 && own.events.destroyed == 1 && own.executor.destroyed == 1);
  CHECK(own.artifacts.opened == own.artifacts.ended && own.artifacts.opened >= 4);
  CHECK(own.executor.workers_made == own.executor.workers_freed && own.executor.workers_made >= 1);
  CHECK_TEXT(own.executor.last_match, mr_match_id(match));
  CHECK(strlen(own.executor.last_unique_id) == 32);
  CHECK(own.executor.last_epoch > 0);
  CHECK(own.executor.last_grace_ms == 2000);  // the default
  CHECK(own.executor.last_follow_output == 0);
  mr_match_free(match);
  mr_match_free(queued);
  kept_artifacts_clear(&own.artifacts);
  kept_events_clear(&own.events);
}

static void test_a_duel_on_ports_in_c(void) {
  static const char duel[] =
      "{\"game\": {\"name\": \"duel\", \"wiring\": \"stdio\", \"seats\": [{\"name\": \"referee\", \"role\": "
      "\"referee\","
      " \"custom\": {}, \"arguments\": [\"result {\\\"scores\\\": {\\\"white\\\": 1, \\\"black\\\": 0}}\"]},"
      " {\"name\": \"white\", \"custom\": {}, \"arguments\": [\"hang\"]},"
      " {\"name\": \"black\", \"custom\": {}, \"arguments\": [\"exit 3\"]}]}}";
  ports own;
  mr_runner* runner;
  mr_match *queued, *match;
  int32_t exit_code = 0;
  double score = 0;
  memset(&own, 0, sizeof own);
  runner = open_on(&own, "output/*");
  queued = submit(runner, duel);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(own.executor.last_follow_output == 1);
  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  CHECK(mr_match_fault(match) == MR_FAULT_SEAT);
  CHECK(mr_match_seat_count(match) == 3);
  CHECK(mr_seat_outcome_verdict(mr_match_seat(match, 1)) == MR_VERDICT_OK);
  CHECK(mr_seat_outcome_score(&score, mr_match_seat(match, 1)) == 1 && score > 0.9);
  CHECK(mr_seat_outcome_verdict(mr_match_seat(match, 2)) == MR_VERDICT_EXITED);
  CHECK(mr_seat_outcome_exit_code(&exit_code, mr_match_seat(match, 2)) == 1 && exit_code == 3);
  mr_match_free(match);
  mr_match_free(queued);
  mr_runner_free(runner);
  kept_artifacts_clear(&own.artifacts);
  kept_events_clear(&own.events);
}

static void test_bad_ends_on_ports_in_c(void) {
  static const char crashing[] =
      "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"custom\": {},"
      " \"arguments\": [\"crash 11\"]}]}}";
  static const char impossible[] =
      "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"attempts\": 1, \"seats\": [{\"name\": \"die\","
      " \"custom\": {}, \"arguments\": [\"fly\"]}]}}";
  static const char talkative[] =
      "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"attempts\": 1, \"seats\": [{\"name\": \"die\","
      " \"custom\": {}, \"arguments\": [\"report_twice\"]}]}}";
  ports own;
  mr_runner* runner;
  mr_match *queued, *match;
  mr_error* error = NULL;
  int32_t signal = 0;
  memset(&own, 0, sizeof own);
  runner = open_on(&own, NULL);

  queued = submit(runner, crashing);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_result(match) == MR_RESULT_FAILED);
  CHECK(mr_match_fault(match) == MR_FAULT_SEAT);
  CHECK(mr_seat_outcome_verdict(mr_match_seat(match, 0)) == MR_VERDICT_CRASHED);
  CHECK(mr_seat_outcome_signal(&signal, mr_match_seat(match, 0)) == 1 && signal == 11);
  mr_match_free(match);
  mr_match_free(queued);

  queued = submit(runner, impossible);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_fault(match) == MR_FAULT_INFRASTRUCTURE);
  CHECK_CONTAINS(mr_match_reason(match), "a step cannot be done");  // the port's own words
  mr_match_free(match);
  mr_match_free(queued);

  queued = submit(runner, talkative);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_fault(match) == MR_FAULT_INFRASTRUCTURE);
  CHECK_CONTAINS(mr_match_reason(match), "filled already");
  mr_match_free(match);
  mr_match_free(queued);

  queued = submit(runner, endless_match);
  CHECK_OK(mr_runner_stop_match(NULL, runner, mr_match_id(queued), "enough", &error), error);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_result(match) == MR_RESULT_STOPPED);
  mr_match_free(match);
  mr_match_free(queued);

  mr_runner_free(runner);
  CHECK(own.executor.destroyed == 1);
  kept_artifacts_clear(&own.artifacts);
  kept_events_clear(&own.events);
}

static void test_vtables_that_lack_something(void) {
  mr_artifact_writer_vtable writer = *kept_artifacts_vtable.writer;
  mr_artifact_sink_vtable artifacts = kept_artifacts_vtable;
  mr_event_sink_vtable events = MR_EVENT_SINK_VTABLE_INIT;
  mr_executor_vtable executor = scripted_executor_vtable;
  mr_run_vtable run = *scripted_executor_vtable.run;
  mr_command_source_vtable commands = kept_commands_vtable;
  mr_command_source* source = NULL;
  mr_artifact_sink* sink = NULL;
  mr_event_sink* event_sink = NULL;
  mr_executor* made = NULL;
  mr_error* error = NULL;

  artifacts.writer = &writer;
  writer.close = NULL;
  CHECK_FAILS(mr_artifact_sink_new(&sink, &artifacts, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "vtable.writer.close");
  CHECK(sink == NULL);
  artifacts.writer = NULL;
  CHECK_FAILS(mr_artifact_sink_new(&sink, &artifacts, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "vtable.writer");
  artifacts.struct_size = 0;
  CHECK_FAILS(mr_artifact_sink_new(&sink, &artifacts, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "struct_size");
  CHECK_FAILS(mr_artifact_sink_new(&sink, NULL, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "vtable");

  CHECK_FAILS(mr_event_sink_new(&event_sink, &events, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "vtable.publish");

  commands.reject = NULL;
  CHECK_FAILS(mr_command_source_new(&source, &commands, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "vtable.reject");
  CHECK(source == NULL);
  CHECK_FAILS(mr_command_fill(NULL, "1", "{}", 2, NULL, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "command");

  executor.run = &run;
  run.poll = NULL;
  CHECK_FAILS(mr_executor_new(&made, &executor, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "vtable.run.poll");
  executor.free_worker = NULL;
  CHECK_FAILS(mr_executor_new(&made, &executor, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "make_worker");
  CHECK(made == NULL);
}

static void test_ports_by_url(void) {
  mr_error* error = NULL;
  mr_state_store* store = NULL;
  mr_artifact_sink* artifacts = NULL;
  mr_event_sink* events = NULL;
  mr_executor* executor = NULL;
  mr_command_source* source = NULL;
  CHECK_OK(mr_state_store_open(&store, "memory://", &error), error);
  CHECK_OK(mr_artifact_sink_open(&artifacts, "memory://", &error), error);
  CHECK_OK(mr_event_sink_open(&events, "memory://", &error), error);
  CHECK_OK(mr_executor_open(&executor, "memory://", &error), error);
  CHECK_OK(mr_command_source_open(&source, "memory://", &error), error);
  mr_command_source_free(source);
  mr_state_store_free(store);
  mr_artifact_sink_free(artifacts);
  mr_event_sink_free(events);
  mr_executor_free(executor);
  CHECK_FAILS(mr_state_store_open(&store, "memory", &error), error, MR_ERROR_INVALID_ARGUMENT, "");
  CHECK_FAILS(mr_artifact_sink_open(&artifacts, "nowhere://", &error), error, MR_ERROR_INVALID_ARGUMENT, "memory");
  CHECK_FAILS(mr_event_sink_open(&events, "nowhere://", &error), error, MR_ERROR_INVALID_ARGUMENT, "memory");
  CHECK_FAILS(mr_executor_open(&executor, "nowhere://", &error), error, MR_ERROR_INVALID_ARGUMENT, "memory");
  CHECK_FAILS(mr_command_source_open(&source, "nowhere://", &error), error, MR_ERROR_INVALID_ARGUMENT, "memory");
  CHECK(store == NULL && artifacts == NULL && events == NULL && executor == NULL && source == NULL);
}

static mr_code open_kept_artifacts(mr_artifact_sink** out, void* self, const char* url, mr_error** error) {
  if (strcmp(url, "kept://broken") == 0) {
    *error = mr_error_new(MR_ERROR_PERMISSION_DENIED, "no key for this one");
    return MR_ERROR_PERMISSION_DENIED;
  }
  if (strcmp(url, "kept://silent") == 0) return 4711;
  if (strcmp(url, "kept://nothing") == 0) return MR_OK;
  return mr_artifact_sink_new(out, &kept_artifacts_vtable, self, error);
}

static mr_code open_kept_events(mr_event_sink** out, void* self, const char* url, mr_error** error) {
  (void)url;
  return mr_event_sink_new(out, &kept_events_vtable, self, error);
}

static mr_code open_kept_commands(mr_command_source** out, void* self, const char* url, mr_error** error) {
  (void)url;
  return mr_command_source_new(out, &kept_commands_vtable, self, error);
}

static mr_code open_scripted(mr_executor** out, void* self, const char* url, mr_error** error) {
  (void)url;
  return mr_executor_new(out, &scripted_executor_vtable, self, error);
}

static void test_schemes_of_ones_own(void) {
  static ports own;  // kept as long as the process lives
  static kept_commands commands;
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_adapter_list* adapters = NULL;
  mr_artifact_sink* sink = NULL;
  mr_event_sink* events = NULL;
  mr_command_source* source = NULL;
  mr_runner* runner;
  mr_match *queued, *match;
  size_t i;
  int met = 0;

  kept_commands_make(&commands);
  CHECK_OK(mr_add_command_source("kept", "kept://", open_kept_commands, &commands, &error), error);
  CHECK_OK(mr_command_source_open(&source, "kept://", &error), error);
  mr_command_source_free(source);
  CHECK(commands.destroyed == 1);

  CHECK_OK(mr_add_artifact_sink("kept", "kept://", open_kept_artifacts, &own.artifacts, &error), error);
  CHECK_OK(mr_add_event_sink("kept", "kept://", open_kept_events, &own.events, &error), error);
  CHECK_OK(mr_add_executor("scripted", "scripted://", open_scripted, &own.executor, &error), error);
  CHECK_FAILS(mr_add_executor("scripted", "scripted://", open_scripted, &own.executor, &error), error,
              MR_ERROR_ALREADY_EXISTS, "scripted");
  CHECK_FAILS(mr_add_event_sink("more", "more://", NULL, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "open");

  CHECK_OK(mr_adapters(&adapters, &error), error);
  for (i = 0; i < mr_adapter_list_count(adapters); ++i)
    if (strcmp(mr_adapter_list_scheme(adapters, i), "scripted") == 0) {
      ++met;
      CHECK_TEXT(mr_adapter_list_port(adapters, i), "executor");
      CHECK_TEXT(mr_adapter_list_form(adapters, i), "scripted://");
    }
  CHECK(met == 1);
  CHECK_TEXT(mr_adapter_list_scheme(adapters, 1000), "");
  mr_adapter_list_free(adapters);

  CHECK_FAILS(mr_artifact_sink_open(&sink, "kept://broken", &error), error, MR_ERROR_PERMISSION_DENIED, "no key");
  CHECK_FAILS(mr_artifact_sink_open(&sink, "kept://silent", &error), error, MR_ERROR_CALLBACK, "no reason");
  CHECK_FAILS(mr_artifact_sink_open(&sink, "kept://nothing", &error), error, MR_ERROR_CALLBACK, "nothing");
  CHECK_OK(mr_event_sink_open(&events, "kept://", &error), error);
  mr_event_sink_free(events);
  CHECK(own.events.destroyed == 1);

  options.slots = 1;
  options.artifacts_url = "kept://";
  options.executor_url = "scripted://";
  runner = open_runner(options);
  queued = submit(runner, scored_match);
  match = wait_for(runner, mr_match_id(queued));
  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  CHECK_CONTAINS(mr_artifact_uri(mr_match_artifact(match, 0)), "kept:");
  mr_match_free(match);
  mr_match_free(queued);
  mr_runner_free(runner);
  CHECK(own.artifacts.destroyed == 1);
  kept_artifacts_clear(&own.artifacts);
}

// As a web page would ask for it: the address is signed here, no server is asked.
static void test_links(void) {
  static const char bucket[] = "s3://key:secret@matches/runs?endpoint=http://127.0.0.1:1";
  kept_artifacts kept;
  mr_artifact_sink* sink;
  mr_buffer* url;
  mr_error* error = NULL;
  if (!CHECK_OK(mr_artifact_sink_open(&sink, bucket, &error), error)) return;
  if (CHECK_OK(mr_artifact_sink_link(&url, sink, "s3://matches/runs/m1/1/log", 90500, MR_NO_TIMEOUT, NULL, &error),
               error)) {
    CHECK_CONTAINS(mr_buffer_data(url), "http://127.0.0.1:1/matches/runs/m1/1/log?X-Amz-Algorithm=AWS4-HMAC-SHA256");
    CHECK_CONTAINS(mr_buffer_data(url), "X-Amz-Expires=91");
    CHECK(strstr(mr_buffer_data(url), "secret") == NULL);
    mr_buffer_free(url);
  }
  CHECK_FAILS(mr_artifact_sink_link(&url, sink, "s3://others/log", 1000, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_NOT_FOUND, "s3://others/log");
  CHECK_FAILS(mr_artifact_sink_link(&url, sink, "s3://matches/runs/m1/1/log", 0, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "valid_for_ms: expected more than 0, found 0");
  CHECK_FAILS(mr_artifact_sink_link(&url, sink, NULL, 1000, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "uri");
  mr_artifact_sink_free(sink);

  if (!CHECK_OK(mr_artifact_sink_open(&sink, "memory://", &error), error)) return;
  CHECK_FAILS(mr_artifact_sink_link(&url, sink, "memory:1", 1000, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_UNSUPPORTED, "address");
  mr_artifact_sink_free(sink);

  memset(&kept, 0, sizeof kept);
  if (!CHECK_OK(mr_artifact_sink_new(&sink, &kept_artifacts_vtable, &kept, &error), error)) return;
  CHECK_FAILS(mr_artifact_sink_link(&url, sink, "kept:m1/1/log", 1000, MR_NO_TIMEOUT, NULL, &error), error,
              MR_ERROR_NOT_FOUND, "no such artifact");
  mr_artifact_sink_free(sink);
}

int main(void) {
  test_ports_by_url();
  test_links();
  test_vtables_that_lack_something();
  test_a_match_on_ports_in_c();
  test_a_duel_on_ports_in_c();
  test_bad_ends_on_ports_in_c();
  test_schemes_of_ones_own();
  return check_result();
}
