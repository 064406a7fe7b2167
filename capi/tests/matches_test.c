// SPDX-License-Identifier: Apache-2.0
// Matches from submitting to their artifacts, and all that is said of them.
#include "runners.h"

static void check_seat(const mr_seat_outcome* seat) {
  int32_t number = -1;
  double score = 0;
  CHECK_TEXT(mr_seat_outcome_name(seat), "die");
  CHECK(mr_seat_outcome_verdict(seat) == MR_VERDICT_OK);
  CHECK(mr_seat_outcome_exit_code(&number, seat) == 1 && number == 0);
  number = -1;
  CHECK(mr_seat_outcome_signal(&number, seat) == 0 && number == -1);
  CHECK(mr_seat_outcome_score(&score, seat) == 1 && score > 3.9 && score < 4.1);
  CHECK(mr_seat_outcome_truncated(seat) == 0);
  CHECK(mr_seat_outcome_cpu_seconds(seat) >= 0);
  CHECK(mr_seat_outcome_wall_seconds(seat) >= 0);
  CHECK(mr_seat_outcome_peak_memory_bytes(seat) == 0);
  CHECK_TEXT(mr_seat_outcome_detail(seat), "");
  CHECK(mr_seat_outcome_processes(seat) == 0);
  CHECK(mr_seat_outcome_output_bytes(seat) == 0);
  CHECK_TEXT(mr_seat_outcome_limit(seat), "");
  score = -1;
  CHECK(mr_seat_outcome_limit_value(&score, seat) == 0 && score == -1);
  CHECK(mr_seat_outcome_fault(seat) == MR_FAULT_NONE);
  CHECK_TEXT(mr_seat_outcome_stderr_tail(seat), "");
}

static void check_artifact(const mr_match* match) {
  const mr_artifact* artifact = NULL;
  size_t i;
  for (i = 0; i < mr_match_artifact_count(match); ++i)
    if (strcmp(mr_artifact_name(mr_match_artifact(match, i)), "output/roll.txt") == 0)
      artifact = mr_match_artifact(match, i);
  if (!CHECK(artifact != NULL)) return;
  CHECK(mr_artifact_bytes(artifact) == 4);
  CHECK_TEXT(mr_artifact_sha256(artifact), "04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00");
  CHECK_CONTAINS(mr_artifact_uri(artifact), mr_match_id(match));
  CHECK(mr_artifact_missing(artifact) == 0);
  CHECK(mr_match_artifact(match, 1000) == NULL);
}

static void check_log(mr_runner* runner, const char* id) {
  mr_error* error = NULL;
  mr_buffer* bytes = NULL;
  uint64_t next = 0;
  mr_flag finished = 0;
  int64_t claimed_at = 0;
  if (CHECK_OK(mr_runner_read_log(&bytes, &next, &finished, &claimed_at, runner, id, "logs/die.stdout", 0, 4, &error),
               error)) {
    CHECK_TEXT(mr_buffer_data(bytes), "roll");
    CHECK(next == 4);
    CHECK(finished == 0);
    CHECK(claimed_at > 0);
    mr_buffer_free(bytes);
  }
  if (CHECK_OK(
          mr_runner_read_log(&bytes, &next, &finished, &claimed_at, runner, id, "logs/die.stdout", next, 1000, &error),
          error)) {
    CHECK_TEXT(mr_buffer_data(bytes), "ing\n");
    mr_buffer_free(bytes);
  }
  CHECK_OK(mr_runner_read_log(&bytes, &next, &finished, &claimed_at, runner, id, "logs/die.stdout", next, 1000, &error),
           error);
  CHECK(finished == 1);
  mr_buffer_free(bytes);
  CHECK_FAILS(mr_runner_read_log(&bytes, &next, &finished, &claimed_at, runner, id, "logs/nobody.stdout", 0, 4, &error),
              error, MR_ERROR_NOT_FOUND, "nobody");
  CHECK(bytes == NULL);
  CHECK_FAILS(mr_runner_read_log(&bytes, NULL, &finished, NULL, runner, id, "logs/die.stdout", 0, 4, &error), error,
              MR_ERROR_INVALID_ARGUMENT, "next_offset");
}

static void check_links(mr_runner* runner, const char* id) {
  mr_error* error = NULL;
  mr_buffer* url = NULL;
  CHECK_FAILS(mr_runner_link_artifact(&url, runner, id, "output/roll.txt", 1000, &error), error, MR_ERROR_UNSUPPORTED,
              "address");
  CHECK_FAILS(mr_runner_link_artifact(&url, runner, id, "output/nothing", 1000, &error), error, MR_ERROR_NOT_FOUND,
              "has no artifact named \"output/nothing\"");
  CHECK_FAILS(mr_runner_link_artifact(&url, runner, "nobody", "output/roll.txt", 1000, &error), error,
              MR_ERROR_NOT_FOUND, "nobody");
  CHECK_FAILS(mr_runner_link_artifact(&url, runner, id, "output/roll.txt", 0, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "valid_for: expected more than 0 ms, found 0");
  CHECK_FAILS(mr_runner_link_artifact(&url, runner, id, NULL, 1000, &error), error, MR_ERROR_INVALID_ARGUMENT, "name");
  CHECK(url == NULL);
}

static void test_a_match_that_finishes(void) {
  mr_runner* runner = open_memory_runner();
  mr_error* error = NULL;
  mr_buffer* json = NULL;
  int64_t queued_at = 0, finished_at = 0;
  mr_match* queued = submit(runner, scored_match);
  mr_match* match;
  CHECK(mr_match_state(queued) == MR_MATCH_QUEUED);
  CHECK(mr_match_result(queued) == 0);
  CHECK(mr_match_fault(queued) == MR_FAULT_NONE);
  CHECK_TEXT(mr_match_reason(queued), "");
  CHECK_TEXT(mr_match_summary(queued), "");
  CHECK(mr_match_seat_count(queued) == 0);
  CHECK(mr_match_seat(queued, 0) == NULL);
  CHECK(mr_match_entered_at(&finished_at, queued, MR_MATCH_FINISHED) == 0);

  match = wait_for(runner, mr_match_id(queued));
  CHECK_TEXT(mr_match_id(match), mr_match_id(queued));
  CHECK(mr_match_state(match) == MR_MATCH_FINISHED);
  CHECK(mr_match_result(match) == MR_RESULT_COMPLETED);
  CHECK(mr_match_fault(match) == MR_FAULT_NONE);
  CHECK_TEXT(mr_match_reason(match), "rolled");
  CHECK_TEXT(mr_match_summary(match), "Played to the end: die 4 (rolled).");
  CHECK(mr_match_attempt(match) == 1);
  CHECK_TEXT(mr_game_name(mr_match_game(match)), "dice");
  CHECK(mr_match_entered_at(&queued_at, match, MR_MATCH_QUEUED) == 1);
  CHECK(mr_match_entered_at(&finished_at, match, MR_MATCH_FINISHED) == 1);
  CHECK(queued_at > 1600000000000000 && finished_at >= queued_at);
  CHECK(mr_match_seat_count(match) == 1);
  check_seat(mr_match_seat(match, 0));
  CHECK(mr_match_seat(match, 1) == NULL);
  check_artifact(match);
  check_log(runner, mr_match_id(match));
  check_links(runner, mr_match_id(match));
  if (CHECK_OK(mr_match_json(&json, match, &error), error)) {
    CHECK_CONTAINS(mr_buffer_data(json), mr_match_id(match));
    CHECK_CONTAINS(mr_buffer_data(json), "\"completed\"");
  }
  mr_buffer_free(json);
  mr_runner_free(runner);
  CHECK_TEXT(mr_match_reason(match), "rolled");  // values outlive the runner
  mr_match_free(match);
  mr_match_free(queued);
}

static void test_stopping(void) {
  mr_runner* runner = open_memory_runner();
  mr_error* error = NULL;
  mr_stop* stop = NULL;
  mr_match* match = NULL;
  mr_match* queued = submit(runner, endless_match);
  const char* id = mr_match_id(queued);

  CHECK_FAILS(mr_runner_wait_match(&match, runner, id, MR_WAIT_FOR_OUTCOME, 0, NULL, &error), error, MR_ERROR_TIMEOUT,
              "");
  CHECK_OK(mr_stop_new(&stop, &error), error);
  mr_stop_request(stop);
  CHECK_FAILS(mr_runner_wait_match(&match, runner, id, MR_WAIT_FOR_OUTCOME, MR_NO_TIMEOUT, stop, &error), error,
              MR_ERROR_CANCELLED, "");
  CHECK(match == NULL);
  mr_stop_free(stop);
  CHECK_FAILS(mr_runner_wait_match(&match, runner, id, 9, 0, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "what");

  CHECK_OK(mr_runner_stop_match(&match, runner, id, "enough seen", &error), error);
  mr_match_free(match);
  match = wait_for(runner, id);
  CHECK(mr_match_state(match) == MR_MATCH_STOPPED);
  CHECK(mr_match_result(match) == MR_RESULT_STOPPED);
  CHECK_CONTAINS(mr_match_reason(match), "enough seen");
  mr_match_free(match);
  CHECK_FAILS(mr_runner_stop_match(NULL, runner, id, NULL, &error), error, MR_ERROR_CONFLICT, "");
  CHECK_FAILS(mr_runner_stop_match(NULL, runner, "no-such-match", NULL, &error), error, MR_ERROR_NOT_FOUND,
              "no-such-match");
  mr_match_free(queued);
  mr_runner_free(runner);
}

static void test_finding_and_listing(void) {
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_match_filter filter = MR_MATCH_FILTER_INIT;
  const mr_state queued_only[] = {MR_MATCH_QUEUED};
  const mr_state nonsense[] = {99};
  mr_error* error = NULL;
  mr_match* found = NULL;
  mr_match_list* page = NULL;
  mr_runner* runner;
  mr_match *first, *second;
  char cursor[512];

  options.workers = 0;
  runner = open_runner(options);
  second = submit(runner, endless_match);  // the lower priority
  first = submit(runner, scored_match);

  CHECK_OK(mr_runner_find_match(&found, runner, mr_match_id(first), &error), error);
  CHECK_TEXT(mr_match_id(found), mr_match_id(first));
  mr_match_free(found);
  CHECK_OK(mr_runner_get_match(&found, runner, mr_match_id(second), &error), error);
  mr_match_free(found);
  CHECK_OK(mr_runner_find_match(&found, runner, "no-such-match", &error), error);
  CHECK(found == NULL);
  CHECK_FAILS(mr_runner_get_match(&found, runner, "no-such-match", &error), error, MR_ERROR_NOT_FOUND, "no-such-match");

  CHECK_OK(mr_runner_list_matches(&page, runner, NULL, &error), error);
  CHECK(mr_match_list_count(page) == 2);
  CHECK_TEXT(mr_match_list_next(page), "");
  mr_match_list_free(page);

  filter.limit = 1;
  filter.states = queued_only;
  filter.state_count = 1;
  CHECK_OK(mr_runner_list_matches(&page, runner, &filter, &error), error);
  CHECK(mr_match_list_count(page) == 1);
  CHECK_TEXT(mr_match_id(mr_match_list_at(page, 0)), mr_match_id(first));
  CHECK(mr_match_list_at(page, 1) == NULL);
  snprintf(cursor, sizeof cursor, "%s", mr_match_list_next(page));
  mr_match_list_free(page);
  filter.cursor = cursor;
  CHECK_OK(mr_runner_list_matches(&page, runner, &filter, &error), error);
  CHECK_TEXT(mr_match_id(mr_match_list_at(page, 0)), mr_match_id(second));
  mr_match_list_free(page);

  filter.cursor = NULL;
  filter.game = "no-such-game";
  CHECK_OK(mr_runner_list_matches(&page, runner, &filter, &error), error);
  CHECK(mr_match_list_count(page) == 0);
  mr_match_list_free(page);
  filter.states = nonsense;
  CHECK_FAILS(mr_runner_list_matches(&page, runner, &filter, &error), error, MR_ERROR_INVALID_ARGUMENT, "99");

  CHECK_FAILS(mr_runner_submit_match(&found, runner, "{\"game\": \"no-such-game\"}", 24, NULL, &error), error,
              MR_ERROR_NOT_FOUND, "no-such-game");
  CHECK_FAILS(mr_runner_submit_match(&found, runner, "[]", 2, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "");
  CHECK(found == NULL);
  mr_match_free(first);
  mr_match_free(second);
  mr_runner_free(runner);
}

int main(void) {
  test_a_match_that_finishes();
  test_stopping();
  test_finding_and_listing();
  return check_result();
}
