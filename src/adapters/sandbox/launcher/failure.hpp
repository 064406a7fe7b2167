// SPDX-License-Identifier: Apache-2.0
// Failure: which step did not work, and the errno it left; the launcher's only kind of error. A plain value.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>

namespace matchrunner::launcher {

struct Failure {
  std::string step;  // empty: no failure
  int error_number = 0;

  explicit operator bool() const { return !step.empty(); }
  std::string text() const { return step + ": " + std::strerror(error_number); }
};

// With the errno of the call that has just failed.
inline Failure failed(std::string step) { return Failure{std::move(step), errno}; }

}  // namespace matchrunner::launcher
