// SPDX-License-Identifier: Apache-2.0
// State tables and match files: pure functions.
#include "check.h"

static const mr_machine* machine_named(const char* name) {
  size_t i;
  for (i = 0; i < mr_machine_count(); ++i)
    if (strcmp(mr_machine_name(mr_machine_at(i)), name) == 0) return mr_machine_at(i);
  return NULL;
}

// The state to which `event` leads from `from`, or NULL.
static const char* next_state(const mr_machine* machine, const char* from, const char* event) {
  size_t i;
  for (i = 0; i < mr_machine_row_count(machine); ++i)
    if (strcmp(mr_machine_row_from(machine, i), from) == 0 && strcmp(mr_machine_row_event(machine, i), event) == 0)
      return mr_machine_row_to(machine, i);
  return NULL;
}

static int is_state(const mr_machine* machine, const char* word) {
  size_t i;
  for (i = 0; i < mr_machine_state_count(machine); ++i)
    if (strcmp(mr_machine_state(machine, i), word) == 0) return 1;
  return 0;
}

static int is_event(const mr_machine* machine, const char* word) {
  size_t i;
  for (i = 0; i < mr_machine_event_count(machine); ++i)
    if (strcmp(mr_machine_event(machine, i), word) == 0) return 1;
  return 0;
}

// Every word is one that ends where it should: the words of a row are among the states and events.
static void test_every_row(void) {
  size_t i, row;
  CHECK(mr_machine_count() == 4);
  for (i = 0; i < mr_machine_count(); ++i) {
    const mr_machine* machine = mr_machine_at(i);
    CHECK(is_state(machine, mr_machine_start(machine)));
    CHECK(mr_machine_row_count(machine) > 5);
    for (row = 0; row < mr_machine_row_count(machine); ++row) {
      CHECK(is_state(machine, mr_machine_row_from(machine, row)));
      CHECK(is_event(machine, mr_machine_row_event(machine, row)));
      CHECK(is_state(machine, mr_machine_row_to(machine, row)));
    }
  }
}

static void test_a_match_walks_its_table(void) {
  const char* const events[] = {"claim",    "prepared", "started", "lapse",    "claim",
                                "prepared", "started",  "ended",   "collected"};
  const mr_machine* match = machine_named("match");
  const char* state = mr_machine_start(match);
  size_t i;
  for (i = 0; i < sizeof events / sizeof *events && state != NULL; ++i) state = next_state(match, state, events[i]);
  CHECK_TEXT(state, "finished");
  CHECK(next_state(match, "finished", "claim") == NULL);
  for (i = 0; i < mr_machine_state_count(match); ++i)  // numbers are places in the table, from 1
    CHECK_TEXT(mr_match_state_name((mr_state)(i + 1)), mr_machine_state(match, i));
}

static void test_tables_out_of_range(void) {
  const mr_machine* match = machine_named("match");
  CHECK(mr_machine_at(mr_machine_count()) == NULL);
  CHECK_TEXT(mr_machine_state(match, 1000), "");
  CHECK_TEXT(mr_machine_event(match, 1000), "");
  CHECK_TEXT(mr_machine_row_from(match, 1000), "");
  CHECK_TEXT(mr_machine_row_to(NULL, 0), "");
  CHECK_TEXT(mr_machine_name(NULL), "");
  CHECK_TEXT(mr_machine_start(NULL), "");
  CHECK(mr_machine_row_count(NULL) == 0);
}

static void test_match_file_faults(void) {
  static const char bad[] =
      "{\"game\": {\"name\": \"dice\", \"wirring\": \"none\", \"seats\": [{\"name\": \"die\", \"command\": \"sh\","
      " \"limits\": {\"cpu_seconds\": \"ten\"}}]}}";
  static const char good[] =
      "{\"game\": {\"name\": \"dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"command\": \"sh\"}]}}";
  mr_error* error = NULL;
  mr_input_fault_list* faults = NULL;
  size_t i;
  int told_nearest = 0, told_number = 0;

  if (CHECK_OK(mr_check_match_request(&faults, bad, strlen(bad), &error), error)) {
    CHECK(mr_input_fault_list_count(faults) == 2);
    for (i = 0; i < mr_input_fault_list_count(faults); ++i) {
      CHECK_CONTAINS(mr_input_fault_list_text(faults, i), mr_input_fault_list_path(faults, i));
      CHECK_CONTAINS(mr_input_fault_list_text(faults, i), mr_input_fault_list_expected(faults, i));
      if (strstr(mr_input_fault_list_text(faults, i), "wiring") != NULL) told_nearest = 1;
      if (strcmp(mr_input_fault_list_path(faults, i), "game.seats[0].limits.cpu_seconds") == 0)
        told_number = strcmp(mr_input_fault_list_found(faults, i), "\"ten\"") == 0;
    }
    CHECK(told_nearest);
    CHECK(told_number);
    CHECK_TEXT(mr_input_fault_list_path(faults, 1000), "");
    mr_input_fault_list_free(faults);
  }

  if (CHECK_OK(mr_check_match_request(&faults, good, strlen(good), &error), error)) {
    CHECK(mr_input_fault_list_count(faults) == 0);
    mr_input_fault_list_free(faults);
  }
  if (CHECK_OK(mr_check_game(&faults, "{}", 2, &error), error)) {
    CHECK(mr_input_fault_list_count(faults) > 0);
    mr_input_fault_list_free(faults);
  }
  if (CHECK_OK(mr_check_match_request(&faults, "{\"game\"", 7, &error), error)) {  // not JSON: one fault of the whole
    CHECK(mr_input_fault_list_count(faults) == 1);
    mr_input_fault_list_free(faults);
  }
  CHECK_FAILS(mr_check_match_request(&faults, NULL, 0, &error), error, MR_ERROR_INVALID_ARGUMENT, "json");
  CHECK(faults == NULL);
}

static void test_schema(void) {
  mr_error* error = NULL;
  mr_buffer* schema = NULL;
  if (!CHECK_OK(mr_match_file_schema(&schema, &error), error)) return;
  CHECK_CONTAINS(mr_buffer_data(schema), "\"$schema\"");
  CHECK_CONTAINS(mr_buffer_data(schema), "cpu_seconds");
  mr_buffer_free(schema);
}

int main(void) {
  test_every_row();
  test_a_match_walks_its_table();
  test_tables_out_of_range();
  test_match_file_faults();
  test_schema();
  return check_result();
}
