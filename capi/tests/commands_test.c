// SPDX-License-Identifier: Apache-2.0
// A command source written in C, in a real runner: what it delivers is done, answered and settled.
#include "kept_commands.h"
#include "runners.h"

// Both commands were answered where they asked to be.
static void check_replies(mr_runner* runner) {
  mr_event_filter filter = MR_EVENT_FILTER_INIT;
  mr_event_stream* stream = NULL;
  mr_event* event = NULL;
  mr_error* error = NULL;
  int replies = 0;
  CHECK_OK(mr_runner_events(&stream, runner, &filter, &error), error);
  while (replies < 2) {
    if (!CHECK_OK(mr_event_stream_next(&event, stream, 60000, NULL, &error), error) || !CHECK(event != NULL)) break;
    if (strcmp(mr_event_kind(event), "command") == 0) {
      CHECK_CONTAINS(mr_event_body(event), "answers");
      ++replies;
    }
    mr_event_free(event);
  }
  mr_event_stream_free(stream);
}

static void test_commands_from_a_source_in_c(void) {
  static const char ask[] =
      "{\"command\": \"run\", \"data\": {\"id\": \"asked-for\", \"game\": {\"name\": \"dice\", \"wiring\": \"none\","
      " \"seats\": [{\"name\": \"die\", \"custom\": {}, \"arguments\": [\"result {\\\"scores\\\": {}}\"]}]}}}";
  kept_commands kept;
  mr_command_source* source = NULL;
  const mr_command_source* sources[1] = {NULL};
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_match* match = NULL;
  mr_error* error = NULL;

  kept_commands_make(&kept);
  options.slots = 1;
  options.source_count = 1;
  options.store_url = options.artifacts_url = options.executor_url = "memory://";
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.sources");
  options.sources = sources;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.sources[]");

  CHECK_OK(mr_command_source_new(&source, &kept_commands_vtable, &kept, &error), error);
  sources[0] = source;
  runner = open_runner(options);
  mr_command_source_free(source);
  CHECK_OK(kept_commands_send(&kept, ask, strlen(ask), &error), error);
  CHECK_OK(kept_commands_send(&kept, "sing", 4, &error), error);
  CHECK(kept_commands_settled(&kept, 0) == COMMAND_ACCEPTED);
  CHECK(kept_commands_settled(&kept, 1) == COMMAND_REJECTED);
  CHECK_CONTAINS(kept.rows[1].reason, "JSON");
  match = wait_for(runner, "asked-for");
  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  check_replies(runner);
  mr_match_free(match);
  mr_runner_free(runner);
  CHECK(kept.destroyed == 1);
  kept_commands_end(&kept);
}

static void test_host_paths_in_c(void) {
  static const char* paths[1] = {NULL};
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_error* error = NULL;

  options.store_url = options.artifacts_url = options.executor_url = "memory://";
  options.host_path_count = 1;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.host_paths");
  options.host_paths = paths;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.host_paths[]");
  paths[0] = "/srv/bots";
  CHECK_OK(mr_runner_open(&runner, &options, &error), error);
  mr_runner_free(runner);
}

static void test_streams_and_targets_in_c(void) {
  static const char* const patterns[1] = {"logs/*"};
  static const char* urls[1] = {NULL};
  static const char* const targets[1] = {"file:///srv/*"};
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_error* error = NULL;

  options.store_url = options.artifacts_url = options.executor_url = "memory://";
  options.stream_count = options.target_count = 1;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.stream_patterns");
  options.stream_patterns = patterns;
  options.stream_urls = urls;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.stream_urls[]");
  urls[0] = "nothing://there";
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.targets");
  options.targets = targets;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "streams.logs/*");
  urls[0] = "memory://";
  CHECK_OK(mr_runner_open(&runner, &options, &error), error);
  mr_runner_free(runner);
}

int main(void) {
  test_host_paths_in_c();
  test_streams_and_targets_in_c();
  test_commands_from_a_source_in_c();
  return check_result();
}
