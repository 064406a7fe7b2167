// SPDX-License-Identifier: Apache-2.0
// Options of any age: structs of older and newer callers, ports by handle and by URL.
#include <stddef.h>

#include "runners.h"

// As a caller has it that was built against the first header, when nothing came after `executor`. What lies behind it
// in its memory is its own business.
typedef struct older_options {
  uint32_t struct_size;
  int32_t workers;
  uint32_t slots;
  uint32_t lease_ms;
  uint32_t collect_timeout_ms;
  uint32_t sink_count;
  const char* store_url;
  const mr_state_store* store;
  const char* artifacts_url;
  const mr_artifact_sink* artifacts;
  const char* executor_url;
  const mr_executor* executor;
  unsigned char beyond[256];
} older_options;

typedef struct newer_options {
  mr_runner_options known;
  uint64_t unknown;
} newer_options;

static void test_older_callers(void) {
  older_options given;
  mr_runner_options options;
  mr_runner* runner = NULL;
  mr_error* error = NULL;
  memset(&given, 0, sizeof given);
  memset(given.beyond, 0xAA, sizeof given.beyond);  // would be wild pointers, were they read
  given.struct_size = offsetof(older_options, beyond);
  given.store_url = "memory://";
  memcpy(&options, &given, sizeof options);
  CHECK(offsetof(older_options, beyond) == offsetof(mr_runner_options, sink_names));
  CHECK_OK(mr_runner_open(&runner, &options, &error), error);
  mr_runner_free(runner);

  {  // a filter that ends behind `limit`
    mr_match_filter filter;
    mr_match_list* page = NULL;
    memset(&filter, 0xAA, sizeof filter);
    filter.struct_size = offsetof(mr_match_filter, states);
    filter.limit = 7;
    runner = open_runner(options);
    CHECK_OK(mr_runner_list_matches(&page, runner, &filter, &error), error);
    mr_match_list_free(page);
    mr_runner_free(runner);
  }
}

static void test_newer_callers(void) {
  const mr_runner_options known = MR_RUNNER_OPTIONS_INIT;
  newer_options options;
  mr_runner* runner = NULL;
  mr_error* error = NULL;
  memset(&options, 0, sizeof options);
  options.known = known;
  options.known.struct_size = sizeof options;
  options.known.workers = 0;
  options.known.store_url = "memory://";
  CHECK_OK(mr_runner_open(&runner, &options.known, &error), error);
  mr_runner_free(runner);
  options.unknown = 1;
  CHECK_FAILS(mr_runner_open(&runner, &options.known, &error), error, MR_ERROR_UNSUPPORTED, "options");
  CHECK(runner == NULL);
}

static void test_sizes_that_cannot_be(void) {
  const uint32_t sizes[] = {0, 1, sizeof(mr_runner_options) - 1, 0xAAAAAAA8};
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner = NULL;
  mr_error* error = NULL;
  size_t i;
  for (i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
    options.struct_size = sizes[i];
    CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "struct_size");
  }
}

static void test_options_that_cannot_be(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  const char* const names[] = {"site", "site"};
  const mr_event_sink* sinks[2] = {NULL, NULL};
  mr_event_sink* sink = NULL;
  mr_state_store* store = NULL;
  mr_runner* runner = NULL;
  mr_error* error = NULL;

  CHECK_FAILS(mr_runner_open(&runner, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "options");
  CHECK_FAILS(mr_runner_open(NULL, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "out");
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "store");

  options.workers = 0;
  options.store_url = "no-such-scheme://";
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "no-such-scheme");

  CHECK_OK(mr_state_store_open(&store, "memory://", &error), error);
  options.store = store;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "options.store");
  options.store_url = NULL;

  options.sink_count = 2;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "sink_names");
  options.sink_names = names;
  options.sinks = sinks;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "sinks");
  CHECK_OK(mr_event_sink_open(&sink, "memory://", &error), error);
  sinks[0] = sinks[1] = sink;
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "site");
  mr_event_sink_free(sink);
  options.sink_count = 0;

  options.workers = 1;  // needs somebody to run matches
  CHECK_FAILS(mr_runner_open(&runner, &options, &error), error, MR_ERROR_INVALID_ARGUMENT, "");
  mr_state_store_free(store);
}

static void test_every_option(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_error* error = NULL;
  mr_runner* runner;
  mr_match *passed_over, *only;
  mr_match* found = NULL;
  mr_pool_list* pools = NULL;
  mr_state_store* store = NULL;
  static const char named[] =
      "{\"id\": \"the-one\", \"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\","
      " \"custom\": {}, \"arguments\": [\"result {\\\"scores\\\": {}}\"]}]}}";

  CHECK_OK(mr_state_store_open(&store, "memory://", &error), error);
  options.store = store;
  options.workers = 1;
  options.slots = 2;
  options.lease_ms = 20000;
  options.collect_timeout_ms = 5000;
  options.pool = "evening";
  options.name = "runner-of-the-test";
  options.only_match = "the-one";
  runner = open_runner(options);
  passed_over = submit(runner, scored_match);
  only = submit(runner, named);
  mr_match_free(wait_for(runner, "the-one"));
  CHECK_OK(mr_runner_get_match(&found, runner, mr_match_id(passed_over), &error), error);
  CHECK(mr_match_state(found) == MR_MATCH_QUEUED);
  CHECK_OK(mr_runner_list_pools(&pools, runner, &error), error);
  CHECK_TEXT(mr_pool_name(mr_pool_list_at(pools, 0)), "evening");
  CHECK(mr_pool_slots(mr_pool_list_at(pools, 0)) == 2);

  options.slots = 5;
  {
    mr_runner* other = NULL;
    options.artifacts_url = options.executor_url = "memory://";
    CHECK_FAILS(mr_runner_open(&other, &options, &error), error, MR_ERROR_CONFLICT, "evening");
  }
  mr_pool_list_free(pools);
  mr_match_free(found);
  mr_match_free(only);
  mr_match_free(passed_over);
  mr_runner_free(runner);
  mr_state_store_free(store);
}

int main(void) {
  test_older_callers();
  test_newer_callers();
  test_sizes_that_cannot_be();
  test_options_that_cannot_be();
  test_every_option();
  return check_result();
}
