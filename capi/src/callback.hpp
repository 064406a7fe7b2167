// SPDX-License-Identifier: Apache-2.0
// ask: calls a port written in C, and turns its code and error into a Result.
#pragma once

#include "handles.hpp"

namespace matchrunner::capi {

// Takes the error over. A code that is not one becomes `callback`.
Result<void> answer_of(const char* callback, mr_code code, mr_error* error);

// `call` gets the place for the error and returns the callback's code.
template <class Call>
Result<void> ask(const char* callback, Call&& call) {
  mr_error* error = nullptr;
  const mr_code code = call(&error);
  return answer_of(callback, code, error);
}

}  // namespace matchrunner::capi
