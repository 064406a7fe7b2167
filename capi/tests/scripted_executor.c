// SPDX-License-Identifier: Apache-2.0
#include "scripted_executor.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "callback_ends.h"

#define MOST_SEATS 8
#define MOST_LINES 256

typedef struct seat_state {
  mr_seat_report report;
  int hangs;
  int told;  // its end was reported
} seat_state;

typedef struct scripted_run {
  char spool[4096];
  int wired;
  seat_state seats[MOST_SEATS];
  char names[MOST_SEATS][64];
  size_t seat_count;
  char* lines[MOST_LINES];
  size_t line_count;
  int twice;  // gives two reports for one poll, which is wrong
  size_t lines_told;
  int64_t lease_deadline_ns;
  int over;        // nothing hangs any more
  int ended_told;  // the last report was given
  int adopted;     // by another, which goes on with it
  scripted_executor* executor;
  struct scripted_run* next;
} scripted_run;

typedef struct scripted_worker {
  scripted_executor* executor;
} scripted_worker;

static int64_t boot_time_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Appends to SPOOL/PART what fits below `limit`; 0, or -1 when it failed. Tells whether something was cut.
static int append_to(const scripted_run* run, const char* part, const char* text, size_t size, uint64_t limit,
                     mr_flag* cut) {
  char path[4400];
  FILE* file;
  uint64_t there;
  size_t fits = size;
  size_t written;
  snprintf(path, sizeof path, "%s/%s", run->spool, part);
  file = fopen(path, "ab");
  if (file == NULL) return -1;
  fseek(file, 0, SEEK_END);
  there = (uint64_t)ftell(file);
  if (there + size > limit) {
    fits = there < limit ? (size_t)(limit - there) : 0;
    *cut = 1;
  }
  written = fwrite(text, 1, fits, file);
  return fclose(file) == 0 && written == fits ? 0 : -1;
}

static int append_whole(const scripted_run* run, const char* part, const char* text, size_t size) {
  mr_flag cut = 0;
  return append_to(run, part, text, size, UINT64_MAX, &cut);
}

static int print_line(const scripted_run* run, seat_state* seat, const char* stream, const char* text, uint64_t limit) {
  char part[160];
  mr_flag* cut = &seat->report.truncated;
  snprintf(part, sizeof part, "logs/%s.%s", seat->report.seat, stream);
  if (append_to(run, part, text, strlen(text), limit, cut) != 0) return -1;
  return append_to(run, part, "\n", 1, limit, cut);
}

static int leave_output(const scripted_run* run, const char* text) {
  char part[256];
  const char* equals = strchr(text, '=');
  const char* content = equals == NULL ? "" : equals + 1;
  const size_t name = equals == NULL ? strlen(text) : (size_t)(equals - text);
  snprintf(part, sizeof part, "output/%.*s", (int)name, text);
  return append_whole(run, part, content, strlen(content));
}

static int keep_line(scripted_run* run, const char* text) {
  char* copy = malloc(strlen(text) + 1);
  if (copy == NULL || run->line_count == MOST_LINES) {
    free(copy);
    return -1;
  }
  run->lines[run->line_count++] = strcpy(copy, text);
  return 0;
}

static void end_seat(seat_state* seat, mr_verdict verdict, int exit_code, int signal_number) {
  seat->hangs = 0;
  seat->report.verdict = verdict;
  seat->report.has_exit_code = signal_number == 0;
  seat->report.exit_code = exit_code;
  seat->report.has_signal = signal_number != 0;
  seat->report.signal = signal_number;
}

// One step; 1: the last that is done, -1: it failed.
static int obey(scripted_run* run, seat_state* seat, const char* step, uint64_t output_limit) {
  const char* space = strchr(step, ' ');
  const size_t length = space == NULL ? strlen(step) : (size_t)(space - step);
  const char* text = space == NULL ? "" : space + 1;
#define IS(verb) (length == strlen(verb) && strncmp(step, verb, length) == 0)
  if (IS("print")) return run->wired ? 0 : print_line(run, seat, "stdout", text, output_limit);
  if (IS("print_error")) return print_line(run, seat, "stderr", text, output_limit);
  if (IS("event")) return keep_line(run, text);
  if (IS("report_twice")) {
    run->twice = 1;
    return 0;
  }
  if (IS("result")) return append_whole(run, "result.json", text, strlen(text));
  if (IS("output")) return leave_output(run, text);
  if (IS("hang")) {
    seat->hangs = 1;
    return 1;
  }
  if (IS("exit")) {
    end_seat(seat, atoi(text) == 0 ? MR_VERDICT_OK : MR_VERDICT_EXITED, atoi(text), 0);
    return 1;
  }
  if (IS("crash")) {
    end_seat(seat, MR_VERDICT_CRASHED, 0, text[0] == '\0' ? SIGSEGV : atoi(text));
    return 1;
  }
#undef IS
  return -1;
}

static mr_code play(scripted_run* run, seat_state* state, const mr_seat* seat, mr_error** error) {
  const char* const streams[] = {"stderr", "stdout"};
  mr_limits limits = MR_LIMITS_INIT;
  size_t i;
  const mr_code code = mr_seat_limits(&limits, seat, error);
  int step = 0;
  if (code != MR_OK) return code;
  for (i = 0; i < (run->wired ? 1 : 2); ++i) {  // the files are there even when nothing is printed
    char part[160];
    snprintf(part, sizeof part, "logs/%s.%s", mr_seat_name(seat), streams[i]);
    if (append_whole(run, part, "", 0) != 0) return fail(error, MR_ERROR_UNAVAILABLE, "cannot write a log");
  }
  end_seat(state, MR_VERDICT_OK, 0, 0);
  for (i = 0; i < mr_seat_argument_count(seat) && step == 0; ++i)
    step = obey(run, state, mr_seat_argument(seat, i), limits.output_bytes);
  return step < 0 ? fail(error, MR_ERROR_INVALID_ARGUMENT, "a step cannot be done") : MR_OK;
}

static void destroy_run(void* self) {
  scripted_run* run = self;
  scripted_run* before = run->executor->runs;
  size_t i;
  if (before == run) run->executor->runs = run->next;
  while (before != NULL && before->next != run) before = before->next;
  if (before != NULL) before->next = run->next;
  for (i = 0; i < run->line_count; ++i) free(run->lines[i]);
  free(run);
}

static mr_code start(void** out, void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error) {
  const mr_game* game = mr_match_plan_game(plan);
  scripted_run* run;
  size_t i;
  mr_code code = MR_OK;
  mr_verdict decided = 0;  // how the referee or program ended
  scripted_executor* executor = ((scripted_worker*)worker)->executor;
  if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
  if (mr_context_remaining_ms(context) == 0) return fail(error, MR_ERROR_TIMEOUT, "too late");
  if (mr_game_seat_count(game) > MOST_SEATS) return fail(error, MR_ERROR_UNSUPPORTED, "too many seats");
  run = calloc(1, sizeof *run);
  if (run == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  snprintf(run->spool, sizeof run->spool, "%s", mr_match_plan_spool_folder(plan));
  run->executor = executor;
  run->wired = mr_game_wiring(game) == MR_WIRING_STDIO;
  run->lease_deadline_ns = mr_match_plan_lease_deadline_ns(plan);
  run->seat_count = mr_game_seat_count(game);
  snprintf(executor->last_match, sizeof executor->last_match, "%s", mr_match_plan_match_id(plan));
  snprintf(executor->last_unique_id, sizeof executor->last_unique_id, "%s", mr_match_plan_unique_id(plan));
  executor->last_epoch = mr_match_plan_epoch(plan);
  executor->last_grace_ms = mr_match_plan_grace_ms(plan);
  executor->last_follow_output = mr_match_plan_follow_output(plan);
  for (i = 0; i < run->seat_count && code == MR_OK; ++i) {
    const mr_seat* seat = mr_game_seat(game, i);
    const mr_seat_report fresh = MR_SEAT_REPORT_INIT;
    run->seats[i].report = fresh;
    snprintf(run->names[i], sizeof run->names[i], "%s", mr_seat_name(seat));
    run->seats[i].report.seat = run->names[i];
    code = play(run, &run->seats[i], seat, error);
    if (code == MR_OK) code = mr_match_plan_tell_start(plan, run->names[i], 0, error);
    if (mr_seat_role(seat) != MR_ROLE_PLAYER && !run->seats[i].hangs) decided = run->seats[i].report.verdict;
  }
  if (code != MR_OK) {
    destroy_run(run);
    return code;
  }
  for (i = 0; i < run->seat_count; ++i)  // players keep "ok" when it ended well
    if (decided != 0 && run->seats[i].hangs)
      end_seat(&run->seats[i], decided == MR_VERDICT_OK ? MR_VERDICT_OK : MR_VERDICT_KILLED, 0, SIGKILL);
  run->over = decided != 0;
  run->next = executor->runs;
  executor->runs = *out = run;
  return MR_OK;
}

static void endpoints(mr_endpoint_list* list, void* self) {
  const scripted_run* run = self;
  size_t i;
  for (i = 0; i < run->seat_count; ++i) mr_endpoint_list_add(list, run->names[i], "localhost", 0, 0, NULL);
}

// As long as the context allows, or the lease.
static mr_code wait_for_stop(scripted_run* run, const mr_context* context, mr_error** error) {
  const struct timespec slice = {0, 2000000};
  while (mr_context_remaining_ms(context) > 0) {
    if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
    if (boot_time_ns() >= run->lease_deadline_ns) return fail(error, MR_ERROR_UNAVAILABLE, "the lease ran out");
    nanosleep(&slice, NULL);
  }
  return MR_OK;
}

static mr_code poll_run(mr_run_report* report, void* self, const mr_context* context, mr_error** error) {
  scripted_run* run = self;
  size_t i;
  if (run->adopted) return fail(error, MR_ERROR_UNAVAILABLE, "another has it now");
  if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
  if (run->lines_told < run->line_count) {
    const char* line = run->lines[run->lines_told++];
    if (strcmp(line, "too long") == 0) return mr_run_report_dropped(report, 1, error);
    return mr_run_report_line(report, line, strlen(line), error);
  }
  for (i = 0; i < run->seat_count; ++i)
    if (!run->seats[i].hangs && !run->seats[i].told) {
      run->seats[i].told = 1;
      return mr_run_report_seat_ended(report, &run->seats[i].report, error);
    }
  if (run->over && !run->ended_told) {
    const mr_code code = mr_run_report_ended(report, NULL, error);
    run->ended_told = 1;
    return code == MR_OK && run->twice ? mr_run_report_ended(report, "again", error) : code;
  }
  return wait_for_stop(run, context, error);
}

static mr_code stop_run(void* self, int64_t grace_ms, mr_error** error) {
  scripted_run* run = self;
  size_t i;
  (void)error;
  (void)grace_ms;
  if (run->adopted) return MR_OK;
  for (i = 0; i < run->seat_count; ++i)
    if (run->seats[i].hangs) end_seat(&run->seats[i], MR_VERDICT_KILLED, 0, SIGKILL);
  run->over = 1;
  return MR_OK;
}

static mr_code extend_lease(void* self, int64_t deadline_ns, mr_error** error) {
  (void)error;
  ((scripted_run*)self)->lease_deadline_ns = deadline_ns;
  return MR_OK;
}

static mr_code make_worker(void** out, void* self, mr_error** error) {
  scripted_worker* worker = malloc(sizeof *worker);
  if (worker == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  worker->executor = self;
  ++worker->executor->workers_made;
  *out = worker;
  return MR_OK;
}

static void free_worker(void* self) {
  scripted_worker* worker = self;
  ++worker->executor->workers_freed;
  free(worker);
}

static mr_code prepare(void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error) {
  const mr_game* game = mr_match_plan_game(plan);
  size_t i;
  (void)worker;
  if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
  if (mr_context_remaining_ms(context) == 0) return fail(error, MR_ERROR_TIMEOUT, "too late");
  for (i = 0; i < mr_game_seat_count(game); ++i)
    if (mr_seat_custom(mr_game_seat(game, i))[0] == '\0')
      return fail(error, MR_ERROR_UNSUPPORTED, "a seat is not by custom");
  return mr_match_plan_tell(plan, "all", "scripts", NULL, 1, 2, error);
}

// A run that nobody has freed, as if its runner had died.
static mr_code adopt(void** out, void* worker, const mr_match_plan* plan, const mr_context* context, mr_error** error) {
  scripted_executor* executor = ((scripted_worker*)worker)->executor;
  scripted_run* found = executor->runs;
  scripted_run* run;
  size_t i;
  (void)context;
  while (found != NULL && (found->adopted || strcmp(found->spool, mr_match_plan_spool_folder(plan)) != 0))
    found = found->next;
  if (found == NULL) return fail(error, MR_ERROR_NOT_FOUND, "no such run");
  run = malloc(sizeof *run);
  if (run == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  *run = *found;
  run->next = NULL;
  for (run->line_count = 0; run->line_count < found->line_count;)
    if (keep_line(run, found->lines[run->line_count]) != 0) {
      destroy_run(run);
      return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
    }
  for (i = 0; i < run->seat_count; ++i) {
    run->seats[i].report.seat = run->names[i];
    run->seats[i].told = 0;
  }
  run->lines_told = (size_t)mr_match_plan_lines_told(plan);
  run->ended_told = 0;
  run->lease_deadline_ns = mr_match_plan_lease_deadline_ns(plan);
  found->adopted = 1;
  run->next = executor->runs;
  executor->runs = *out = run;
  return MR_OK;
}

static void destroy(void* self) { ++((scripted_executor*)self)->destroyed; }

static const mr_run_vtable run_vtable = {sizeof(mr_run_vtable), 0, destroy_run, endpoints, poll_run, stop_run,
                                         extend_lease};

static const char* const in_force[] = {"nothing", NULL};

const mr_executor_vtable scripted_executor_vtable = {
    sizeof(mr_executor_vtable),
    MR_EXECUTOR_CUSTOM | MR_EXECUTOR_WIRING_NONE | MR_EXECUTOR_WIRING_STDIO,
    "scripted",
    in_force,
    &run_vtable,
    destroy,
    make_worker,
    free_worker,
    prepare,
    start,
    adopt};
