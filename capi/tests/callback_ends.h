// SPDX-License-Identifier: Apache-2.0
// How callbacks of the ports in these tests end badly. Stateless; safe from any thread.
#ifndef MATCHRUNNER_TESTS_CALLBACK_ENDS_H
#define MATCHRUNNER_TESTS_CALLBACK_ENDS_H

#include "matchrunner.h"

// `return fail(error, code, message);`
mr_code fail(mr_error** error, mr_code code, const char* message);

// MR_OK while the caller still wants an answer.
mr_code check_time(const mr_context* context, mr_error** error);

#endif  // MATCHRUNNER_TESTS_CALLBACK_ENDS_H
