// SPDX-License-Identifier: Apache-2.0
// Events as they are pulled, pools, the outbox, pruning and closing.
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "runners.h"

static void check_event(const mr_event* event) {
  mr_error* error = NULL;
  mr_buffer* json = NULL;
  mr_event* copy = NULL;
  CHECK(mr_event_sequence(event) > 0);
  CHECK(mr_event_at(event) > 1600000000000000);
  CHECK_TEXT(mr_event_kind(event), "match");
  CHECK(mr_event_body(event)[0] == '{');
  if (CHECK_OK(mr_event_json(&json, event, &error), error)) CHECK_CONTAINS(mr_buffer_data(json), mr_event_type(event));
  mr_buffer_free(json);
  if (CHECK_OK(mr_event_copy(&copy, event, &error), error)) {
    CHECK(mr_event_sequence(copy) == mr_event_sequence(event));
    CHECK(mr_event_epoch(copy) == mr_event_epoch(event));
    CHECK_TEXT(mr_event_subject(copy), mr_event_subject(event));
  }
  mr_event_free(copy);
}

static void test_a_match_in_events(void) {
  const char* const expected[] = {"submit", "claim", "prepared", "started", "ended", "collected"};
  mr_runner* runner = open_memory_runner();
  mr_error* error = NULL;
  mr_event_filter filter = MR_EVENT_FILTER_INIT;
  mr_event_stream* stream = NULL;
  mr_event* event = NULL;
  mr_match* match = submit(runner, scored_match);
  struct pollfd readable;
  size_t met = 0;
  int progress = 0;

  filter.match = mr_match_id(match);
  if (!CHECK_OK(mr_runner_events(&stream, runner, &filter, &error), error)) exit(1);
  readable.fd = mr_event_stream_fileno(stream);
  readable.events = POLLIN;
  CHECK(poll(&readable, 1, 60000) == 1);
  while (met < sizeof expected / sizeof *expected) {
    if (!CHECK_OK(mr_event_stream_next(&event, stream, 60000, NULL, &error), error) || !CHECK(event != NULL)) break;
    check_event(event);
    CHECK_TEXT(mr_event_subject(event), mr_match_id(match));
    if (strcmp(mr_event_type(event), expected[met]) == 0) ++met;
    if (strcmp(mr_event_type(event), "progress") == 0 && strstr(mr_event_body(event), "eyes") != NULL) progress = 1;
    mr_event_free(event);
  }
  CHECK(met == sizeof expected / sizeof *expected);
  CHECK(progress);
  mr_event_stream_free(stream);

  filter.from_now = 1;
  CHECK_OK(mr_runner_events(&stream, runner, &filter, &error), error);
  mr_match_free(wait_for(runner, mr_match_id(match)));
  filter.match = "no-such-match";
  mr_event_stream_free(stream);
  CHECK_OK(mr_runner_events(&stream, runner, &filter, &error), error);
  CHECK_OK(mr_event_stream_next(&event, stream, 0, NULL, &error), error);
  CHECK(event == NULL);  // nothing came in no time

  CHECK_OK(mr_runner_close(runner, 0, &error), error);
  CHECK_FAILS(mr_event_stream_next(&event, stream, MR_NO_TIMEOUT, NULL, &error), error, MR_ERROR_CANCELLED, "");
  CHECK_OK(mr_runner_close(runner, 0, &error), error);  // again
  CHECK_FAILS(mr_runner_close(runner, -1, &error), error, MR_ERROR_INVALID_ARGUMENT, "grace_ms");
  mr_runner_free(runner);
  mr_event_stream_free(stream);  // outlives the runner
  mr_match_free(match);

  CHECK_TEXT(mr_event_type(NULL), "");
  CHECK(mr_event_stream_fileno(NULL) == -1);
}

static void test_pools(void) {
  mr_runner* runner = open_memory_runner();
  mr_error* error = NULL;
  mr_pool_list* pools = NULL;
  mr_pool* pool = NULL;
  mr_event_stream* stream = NULL;
  mr_event_filter filter = MR_EVENT_FILTER_INIT;
  mr_event* event = NULL;
  mr_match* match = submit(runner, endless_match);
  int started = 0;

  filter.match = mr_match_id(match);
  CHECK_OK(mr_runner_events(&stream, runner, &filter, &error), error);
  while (!started && CHECK_OK(mr_event_stream_next(&event, stream, 60000, NULL, &error), error) &&
         CHECK(event != NULL)) {
    started = strcmp(mr_event_type(event), "started") == 0;
    mr_event_free(event);
  }
  mr_event_stream_free(stream);

  CHECK_OK(mr_runner_list_pools(&pools, runner, &error), error);
  CHECK(mr_pool_list_count(pools) == 1);
  CHECK(mr_pool_list_at(pools, 1) == NULL);
  {
    const mr_pool* busy = mr_pool_list_at(pools, 0);
    CHECK_TEXT(mr_pool_name(busy), "default");
    CHECK(mr_pool_slots(busy) == 1);
    CHECK(mr_pool_busy_count(busy) == 1);
    CHECK(mr_pool_busy_slot(busy, 0) == 0);
    CHECK_TEXT(mr_pool_busy_match(busy, 0), mr_match_id(match));
    CHECK(mr_pool_busy_runner(busy, 0)[0] != '\0');
    CHECK_TEXT(mr_pool_busy_match(busy, 1), "");
    CHECK_TEXT(mr_pool_busy_runner(NULL, 0), "");
  }
  mr_pool_list_free(pools);

  CHECK_FAILS(mr_runner_resize_pool(NULL, runner, "default", 0, &error), error, MR_ERROR_INVALID_ARGUMENT, "");
  CHECK_OK(mr_runner_resize_pool(&pool, runner, "default", 3, &error), error);
  CHECK(mr_pool_slots(pool) == 3);
  mr_pool_free(pool);
  CHECK_FAILS(mr_runner_resize_pool(NULL, runner, "no-such-pool", 3, &error), error, MR_ERROR_NOT_FOUND,
              "no-such-pool");

  CHECK_OK(mr_runner_stop_match(NULL, runner, mr_match_id(match), NULL, &error), error);
  mr_match_free(wait_for(runner, mr_match_id(match)));
  mr_match_free(match);
  mr_runner_free(runner);
}

static void test_outbox_and_pruning(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  const char* const names[] = {"site"};
  const mr_event_sink* sinks[1] = {NULL};
  mr_event_sink* sink = NULL;
  mr_error* error = NULL;
  mr_outbox* outbox = NULL;
  mr_buffer* text = NULL;
  mr_runner* runner;
  mr_match *match, *found = NULL;
  uint64_t removed = 99;
  int64_t since = 0;

  CHECK_OK(mr_event_sink_open(&sink, "memory://", &error), error);
  sinks[0] = sink;
  options.slots = 1;
  options.sink_count = 1;
  options.sink_names = names;
  options.sinks = sinks;
  runner = open_runner(options);
  mr_event_sink_free(sink);  // the runner keeps it

  match = submit(runner, scored_match);
  mr_match_free(wait_for(runner, mr_match_id(match)));
  CHECK_OK(mr_runner_outbox(&outbox, runner, &error), error);
  CHECK(mr_outbox_count(outbox) == 1);
  CHECK_TEXT(mr_outbox_sink(outbox, 0), "site");
  CHECK(mr_outbox_published(outbox, 0) + mr_outbox_waiting(outbox, 0) > 0);
  CHECK_TEXT(mr_outbox_last_error(outbox, 0), "");
  CHECK(mr_outbox_failures(outbox, 0) == 0);
  CHECK(mr_outbox_failing_since(&since, outbox, 0) == 0);
  CHECK(mr_outbox_next_attempt_at(&since, outbox, 1) == 0);
  CHECK_OK(mr_outbox_json(&text, outbox, &error), error);
  CHECK(strstr(mr_buffer_data(text), "\"failing_since\":null") != NULL);
  mr_buffer_free(text);
  CHECK_OK(mr_runner_waiting_artifacts_json(&text, runner, &error), error);
  CHECK_TEXT(mr_buffer_data(text), "[]");
  mr_buffer_free(text);
  CHECK_OK(mr_runner_health_json(&text, runner, &error), error);
  CHECK(strstr(mr_buffer_data(text), "\"taking\":true") != NULL);
  CHECK(strstr(mr_buffer_data(text), "\"name\":\"sink site\"") != NULL);
  mr_buffer_free(text);
  CHECK_TEXT(mr_outbox_sink(outbox, 1), "");
  CHECK(mr_outbox_published(outbox, 1) == 0);
  CHECK(mr_outbox_waiting(NULL, 0) == 0);
  mr_outbox_free(outbox);

  CHECK_OK(mr_runner_prune(&removed, runner, 0, &error), error);
  CHECK(removed == 0);  // nothing ended before 1970
  CHECK_OK(mr_runner_prune(&removed, runner, 4102444800000000, &error), error);
  CHECK(removed == 1);
  CHECK_OK(mr_runner_find_match(&found, runner, mr_match_id(match), &error), error);
  CHECK(found == NULL);
  CHECK_FAILS(mr_runner_prune(NULL, runner, 0, &error), error, MR_ERROR_INVALID_ARGUMENT, "removed");
  CHECK_FAILS(mr_runner_remove_sink(runner, "no-such-sink", &error), error, MR_ERROR_NOT_FOUND, "no-such-sink");
  mr_match_free(match);
  mr_runner_free(runner);
}

static void test_removing_a_sink(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_state_store* store = NULL;
  const char* const names[] = {"site"};
  const mr_event_sink* sinks[1] = {NULL};
  mr_event_sink* sink = NULL;
  mr_error* error = NULL;
  mr_outbox* outbox = NULL;
  mr_runner* runner;

  CHECK_OK(mr_state_store_open(&store, "memory://", &error), error);
  CHECK_OK(mr_event_sink_open(&sink, "memory://", &error), error);
  sinks[0] = sink;
  options.store = store;
  options.workers = 0;
  options.sink_count = 1;
  options.sink_names = names;
  options.sinks = sinks;
  runner = open_runner(options);
  mr_match_free(submit(runner, scored_match));
  CHECK_FAILS(mr_runner_remove_sink(runner, "site", &error), error, MR_ERROR_CONFLICT, "in use");
  CHECK_OK(mr_runner_close(runner, 0, &error), error);  // publishes what there is
  mr_runner_free(runner);
  mr_event_sink_free(sink);

  options.sink_count = 0;  // it is gone, but the store waits for it
  runner = open_runner(options);
  CHECK_OK(mr_runner_outbox(&outbox, runner, &error), error);
  CHECK(mr_outbox_count(outbox) == 1);
  mr_outbox_free(outbox);
  CHECK_OK(mr_runner_remove_sink(runner, "site", &error), error);
  CHECK_OK(mr_runner_outbox(&outbox, runner, &error), error);
  CHECK(mr_outbox_count(outbox) == 0);
  mr_outbox_free(outbox);
  mr_runner_free(runner);
  mr_state_store_free(store);
}

int main(void) {
  test_a_match_in_events();
  test_pools();
  test_outbox_and_pruning();
  test_removing_a_sink();
  return check_result();
}
