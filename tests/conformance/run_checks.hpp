// SPDX-License-Identifier: Apache-2.0
// run_checks: a conformance suite in a Catch2 test case. A failure names the check.
#pragma once

#include "catch.hpp"
#include "matchrunner/conformance.hpp"

namespace matchrunner {

template <class Port, class Capabilities>
void run_checks(std::span<const conformance::Check<Port, Capabilities>> checks, conformance::Subject<Port> subject) {
  std::size_t applied = 0;
  for (const auto& result : conformance::run(checks, subject)) {
    for (const auto& failure : result.failures) FAIL_CHECK(result.name << ": " << failure);
    if (result.applied) ++applied;
  }
  CHECK(applied > 0);
}

}  // namespace matchrunner
