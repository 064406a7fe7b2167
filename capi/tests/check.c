// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static int checks_made;
static int checks_failed;

int check_that(int held, const char* what, const char* file, int line) {
  ++checks_made;
  if (!held) {
    ++checks_failed;
    fprintf(stderr, "%s:%d: did not hold: %s\n", file, line, what);
  }
  return held;
}

int check_text(const char* found, const char* expected, const char* what, const char* file, int line) {
  const int same = found != NULL && strcmp(found, expected) == 0;
  if (!check_that(same, what, file, line))
    fprintf(stderr, "  expected \"%s\", found \"%s\"\n", expected, found == NULL ? "(NULL)" : found);
  return same;
}

int check_contains(const char* text, const char* part, const char* what, const char* file, int line) {
  const int there = text != NULL && strstr(text, part) != NULL;
  if (!check_that(there, what, file, line))
    fprintf(stderr, "  expected \"%s\" in \"%s\"\n", part, text == NULL ? "(NULL)" : text);
  return there;
}

static void forget(mr_error** error) {
  mr_error_free(*error);
  *error = NULL;
}

int check_ok(mr_code code, mr_error** error, const char* what, const char* file, int line) {
  const int ok = code == MR_OK && *error == NULL;
  if (!check_that(ok, what, file, line)) fprintf(stderr, "  %s: %s\n", mr_code_name(code), mr_error_message(*error));
  forget(error);
  return ok;
}

int check_fails(mr_code code, mr_error** error, mr_code expected, const char* word, const char* what, const char* file,
                int line) {
  const int failed = code == expected && mr_error_code(*error) == expected;
  if (!check_that(failed, what, file, line))
    fprintf(stderr, "  expected %s, found %s: %s\n", mr_code_name(expected), mr_code_name(code),
            mr_error_message(*error));
  check_contains(mr_error_message(*error), word, what, file, line);
  forget(error);
  return failed;
}

int check_result(void) {
  printf("%d checks, %d failed\n", checks_made, checks_failed);
  return checks_made > 0 && checks_failed == 0 ? 0 : 1;
}
