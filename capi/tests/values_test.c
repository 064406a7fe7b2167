// SPDX-License-Identifier: Apache-2.0
// Words, errors, buffers and stops: all that needs no runner.
#include "check.h"

static void test_words(void) {
  const char* const codes[] = {
      "ok",       "cancelled",   "timeout",           "invalid_argument",   "not_found",   "already_exists",
      "conflict", "unavailable", "permission_denied", "resource_exhausted", "unsupported", "corrupt_data",
      "callback", "forked",      "internal"};
  mr_code code;
  for (code = MR_OK; code <= MR_ERROR_INTERNAL; ++code) CHECK_TEXT(mr_code_name(code), codes[code]);
  CHECK_TEXT(mr_code_name(MR_ERROR_INTERNAL + 1), "");
  CHECK_TEXT(mr_code_name(-1), "");

  CHECK_TEXT(mr_match_state_name(0), "");
  CHECK_TEXT(mr_match_state_name(MR_MATCH_QUEUED), "queued");
  CHECK_TEXT(mr_match_state_name(MR_MATCH_STOPPED), "stopped");
  CHECK_TEXT(mr_match_state_name(MR_MATCH_RETURNED), "returned");
  CHECK_TEXT(mr_match_state_name(MR_MATCH_RETURNED + 1), "");
  CHECK_TEXT(mr_result_name(0), "");
  CHECK_TEXT(mr_result_name(MR_RESULT_COMPLETED), "completed");
  CHECK_TEXT(mr_result_name(MR_RESULT_FAILED), "failed");
  CHECK_TEXT(mr_fault_name(MR_FAULT_NONE), "none");
  CHECK_TEXT(mr_fault_name(MR_FAULT_INFRASTRUCTURE), "infrastructure");
  CHECK_TEXT(mr_fault_name(MR_FAULT_INFRASTRUCTURE + 1), "");
  CHECK_TEXT(mr_fault_name(UINT8_MAX), "");
  CHECK_TEXT(mr_verdict_name(0), "");
  CHECK_TEXT(mr_verdict_name(MR_VERDICT_OK), "ok");
  CHECK_TEXT(mr_verdict_name(MR_VERDICT_NOT_STARTED), "not_started");
  CHECK_TEXT(mr_verdict_name(MR_VERDICT_NOT_READY), "not_ready");

  CHECK(mr_version()[0] >= '0' && mr_version()[0] <= '9');
  CHECK_CONTAINS(mr_version(), ".");
}

static void test_errors(void) {
  mr_error* error = mr_error_new(MR_ERROR_UNAVAILABLE, "the peer is away");
  CHECK(mr_error_code(error) == MR_ERROR_UNAVAILABLE);
  CHECK_TEXT(mr_error_message(error), "the peer is away");
  CHECK_TEXT(mr_error_origin(error), "");
  mr_error_free(error);

  error = mr_error_new(4711, "of a port's own making");
  CHECK(mr_error_code(error) == MR_ERROR_CALLBACK);
  mr_error_free(error);

  error = mr_error_new(MR_ERROR_NOT_FOUND, NULL);  // the code's own words
  CHECK_CONTAINS(mr_error_message(error), "does not exist");
  mr_error_free(error);

  CHECK(mr_error_code(NULL) == MR_OK);
  CHECK_TEXT(mr_error_message(NULL), "");
  CHECK_TEXT(mr_error_origin(NULL), "");
}

static void test_arguments_that_are_null(void) {
  mr_error* error = NULL;
  mr_buffer* buffer = NULL;
  CHECK_FAILS(mr_stop_new(NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "out");
  CHECK_FAILS(mr_masked_url(&buffer, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "url");
  CHECK(mr_masked_url(&buffer, NULL, NULL) == MR_ERROR_INVALID_ARGUMENT);  // nobody wants to know more
  CHECK(buffer == NULL);
  CHECK_FAILS(mr_buffer_append(NULL, "x", 1, &error), error, MR_ERROR_INVALID_ARGUMENT, "buffer");
}

static void test_diagnosis(void) {
  mr_error* error = NULL;
  mr_buffer* buffer = NULL;
  mr_code code;
  CHECK_FAILS(mr_diagnose(&buffer, "memory://", &error), error, MR_ERROR_UNSUPPORTED, "memory://");
  CHECK_FAILS(mr_diagnose(&buffer, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "executor_url");
  code = mr_diagnose(&buffer, "sandbox://?isolation=allow-none&tier=none", NULL);
  if (code == MR_ERROR_UNSUPPORTED) return;  // built without
  if (!CHECK(code == MR_OK)) return;
  CHECK_CONTAINS(mr_buffer_data(buffer), "\"tier\":\"none\"");
  CHECK_CONTAINS(mr_buffer_data(buffer), "\"refusal\":\"\"");
  CHECK_CONTAINS(mr_buffer_data(buffer), "\"name\":\"landlock\"");
  mr_buffer_free(buffer);
}

static void test_buffers(void) {
  mr_error* error = NULL;
  mr_buffer* buffer = NULL;
  if (!CHECK_OK(mr_masked_url(&buffer, "postgresql://eva:secret@host/db", &error), error)) return;
  CHECK_CONTAINS(mr_buffer_data(buffer), "***");
  CHECK(strstr(mr_buffer_data(buffer), "secret") == NULL);
  CHECK(mr_buffer_size(buffer) == strlen(mr_buffer_data(buffer)));

  {
    const size_t before = mr_buffer_size(buffer);
    CHECK_OK(mr_buffer_append(buffer, "a\0b", 3, &error), error);
    CHECK(mr_buffer_size(buffer) == before + 3);
    CHECK(memcmp(mr_buffer_data(buffer) + before, "a\0b", 4) == 0);  // the NUL behind it, too
    CHECK_OK(mr_buffer_append(buffer, NULL, 0, &error), error);
    CHECK(mr_buffer_size(buffer) == before + 3);
    CHECK_FAILS(mr_buffer_append(buffer, NULL, 1, &error), error, MR_ERROR_INVALID_ARGUMENT, "bytes");
  }
  mr_buffer_free(buffer);
  CHECK_TEXT(mr_buffer_data(NULL), "");
  CHECK(mr_buffer_size(NULL) == 0);
}

static void test_stop(void) {
  mr_error* error = NULL;
  mr_stop* stop = NULL;
  if (!CHECK_OK(mr_stop_new(&stop, &error), error)) return;
  mr_stop_request(stop);
  mr_stop_request(stop);
  mr_stop_request(NULL);
  mr_stop_free(stop);
  CHECK(mr_context_remaining_ms(NULL) == 0);
  CHECK(mr_context_stop_requested(NULL) == 0);
}

static void test_freeing_null(void) {
  mr_error_free(NULL);
  mr_buffer_free(NULL);
  mr_stop_free(NULL);
  mr_state_store_free(NULL);
  mr_artifact_sink_free(NULL);
  mr_event_sink_free(NULL);
  mr_executor_free(NULL);
  mr_adapter_list_free(NULL);
  mr_runner_free(NULL);
  mr_game_free(NULL);
  mr_game_list_free(NULL);
  mr_match_free(NULL);
  mr_match_list_free(NULL);
  mr_event_stream_free(NULL);
  mr_event_free(NULL);
  mr_pool_free(NULL);
  mr_pool_list_free(NULL);
  mr_outbox_free(NULL);
  mr_input_fault_list_free(NULL);
  CHECK(1);
}

int main(void) {
  test_words();
  test_errors();
  test_arguments_that_are_null();
  test_diagnosis();
  test_buffers();
  test_stop();
  test_freeing_null();
  return check_result();
}
