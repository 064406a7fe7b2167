// SPDX-License-Identifier: Apache-2.0
// A service in a C program: opened by its configuration, asked, told to end.
#include <stdlib.h>
#include <string.h>

#include "runners.h"

static const char config[] =
    "{\"store\": \"memory://\", \"artifacts\": \"memory://\", \"executor\": \"memory://\", \"slots\": 1,"
    " \"log_level\": \"debug\"}";
static const char* const no_pages[] = {"PATH=/bin", "MATCHRUNNER_HTTP=off", "NOTHING", NULL};

static mr_service* open_service(void) {
  mr_service* service = NULL;
  mr_error* error = NULL;
  if (!CHECK_OK(mr_service_open(&service, config, strlen(config), no_pages, &error), error)) exit(1);
  return service;
}

// Reads the log until a line says so.
static void wait_for_line(mr_service* service, const char* words) {
  mr_error* error = NULL;
  mr_buffer* line = NULL;
  int met = 0;
  while (!met) {
    if (!CHECK_OK(mr_service_next_log(&line, service, 60000, NULL, &error), error) || !CHECK(line != NULL)) return;
    met = strstr(mr_buffer_data(line), words) != NULL;
    mr_buffer_free(line);
  }
}

static void test_a_match(void) {
  mr_service* service = open_service();
  mr_error* error = NULL;
  mr_buffer* text = NULL;
  mr_match* match = submit(mr_service_runner(service), scored_match);
  mr_match_free(wait_for(mr_service_runner(service), mr_match_id(match)));
  wait_for_line(service, "is finished");
  if (CHECK_OK(mr_service_status_json(&text, service, &error), error)) {
    CHECK_CONTAINS(mr_buffer_data(text), "\"ready\":true");
    CHECK_CONTAINS(mr_buffer_data(text), mr_match_id(match));
  }
  mr_buffer_free(text);
  if (CHECK_OK(mr_service_metrics(&text, service, &error), error))
    CHECK_CONTAINS(mr_buffer_data(text), "matchrunner_matches_ended_total{state=\"finished\",fault=\"none\"} 1\n");
  mr_buffer_free(text);
  if (CHECK_OK(mr_service_http_address(&text, service, &error), error)) CHECK_TEXT(mr_buffer_data(text), "");
  mr_buffer_free(text);
  mr_match_free(match);

  CHECK_OK(mr_service_close(service, -1, &error), error);
  CHECK_OK(mr_service_close(service, 0, &error), error);  // again
  wait_for_line(service, "ended");
  CHECK_FAILS(mr_service_next_log(&text, service, MR_NO_TIMEOUT, NULL, &error), error, MR_ERROR_CANCELLED, "ended");
  mr_service_free(service);
}

static void test_reload(void) {
  static const char more[] =
      "{\"store\": \"memory://\", \"artifacts\": \"memory://\", \"executor\": \"memory://\", \"slots\": 3}";
  mr_service* service = open_service();
  mr_error* error = NULL;
  mr_pool_list* pools = NULL;
  CHECK_OK(mr_service_reload(service, more, strlen(more), no_pages, &error), error);
  wait_for_line(service, "has 3 slots now");
  if (CHECK_OK(mr_runner_list_pools(&pools, mr_service_runner(service), &error), error))
    CHECK(mr_pool_slots(mr_pool_list_at(pools, 0)) == 3);
  mr_pool_list_free(pools);
  CHECK_FAILS(mr_service_reload(service, "{", 1, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "JSON");
  mr_service_free(service);  // not closed before
}

static void test_bad_input(void) {
  mr_service* service = NULL;
  mr_error* error = NULL;
  mr_buffer* text = NULL;
  CHECK_FAILS(mr_service_open(&service, "{\"slots\": -1}", 13, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "slots: expected");
  CHECK(service == NULL);
  CHECK_FAILS(mr_service_open(&service, NULL, 0, no_pages, &error), error, MR_ERROR_INVALID_ARGUMENT, "store");
  CHECK_FAILS(mr_service_open(NULL, NULL, 0, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "out");
  CHECK_FAILS(mr_service_metrics(&text, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT, "service");
  CHECK(mr_service_runner(NULL) == NULL);
  mr_service_free(NULL);
}

int main(void) {
  test_a_match();
  test_reload();
  test_bad_input();
  return check_result();
}
