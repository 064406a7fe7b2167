// SPDX-License-Identifier: Apache-2.0
// CHECK for test programs in C: counts and names what did not hold; check_result() is what main returns.
// Used by one thread at a time.
#ifndef MATCHRUNNER_TESTS_CHECK_H
#define MATCHRUNNER_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

#include "matchrunner.h"

// Each gives 1 when it held.
#define CHECK(condition) check_that((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_TEXT(found, expected) check_text(found, expected, #found, __FILE__, __LINE__)
#define CHECK_CONTAINS(text, part) check_contains(text, part, #text, __FILE__, __LINE__)

// A call that must succeed; `error` is the mr_error* whose address it was given.
#define CHECK_OK(call, error) check_ok(call, &(error), #call, __FILE__, __LINE__)

// A call that must fail: it returns this code, its error has the same one, and says a word that matters.
#define CHECK_FAILS(call, error, code, word) check_fails(call, &(error), code, word, #call, __FILE__, __LINE__)

int check_that(int held, const char* what, const char* file, int line);
int check_text(const char* found, const char* expected, const char* what, const char* file, int line);
int check_contains(const char* text, const char* part, const char* what, const char* file, int line);
int check_ok(mr_code code, mr_error** error, const char* what, const char* file, int line);
int check_fails(mr_code code, mr_error** error, mr_code expected, const char* word, const char* what, const char* file,
                int line);

// 0 when every check held, and there was one.
int check_result(void);

#endif  // MATCHRUNNER_TESTS_CHECK_H
