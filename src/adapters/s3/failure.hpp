// SPDX-License-Identifier: Apache-2.0
// What a server's refusal means: which Error, and whether asking again may help. Pure functions.
#pragma once

#include <optional>
#include <string>

#include "adapters/http/session.hpp"

namespace matchrunner::s3 {

struct Failure {
  Error error;
  bool passes = false;    // the same request may succeed later
  bool old_keys = false;  // the keys are known no more: newer ones may be
  milliseconds pause{0};  // how long the server asks to wait, at most a minute
  std::string code;       // "NoSuchKey"; empty: none was said
  int status = 0;         // of the answer; 0: there was none
};

// Of an answer that is no success. `what` is the object or bucket, as it may be shown.
Failure failure_of(const http::Answer& answer, const std::string& what);

// Of a transfer that gave no answer.
Failure failure_of(const Error& error, const std::string& what);

// `invalid_argument`, of what the caller gave: "field: expected ..., found ...".
Error invalid(const std::string& message);

}  // namespace matchrunner::s3
