// SPDX-License-Identifier: Apache-2.0
// An exception of a caller's function as the Error that carries it. Pure; safe from any thread.
#pragma once

#include <exception>

#include "base/percent.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

// Of what is being handled: for use in a catch block alone.
inline Error thrown_error(const char* origin) {
  Error error{ErrorCode::callback, "a callback threw something that is no std::exception", origin};
  error.exception = std::current_exception();
  try {
    throw;
  } catch (const std::exception& thrown) {
    error.message = "a callback threw: " + without_controls(thrown.what());
  } catch (...) {  // it has its message
  }
  return error;
}

}  // namespace matchrunner
