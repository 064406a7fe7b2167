// SPDX-License-Identifier: Apache-2.0
#include "conformance/executor_checks.hpp"

namespace matchrunner::conformance {

std::span<const ExecutorCheck> executor_checks() {
  static const std::vector<ExecutorCheck> all = [] {
    std::vector<ExecutorCheck> checks;
    for (const auto& part : {executor_report_checks(), executor_end_checks(), executor_adopt_checks()})
      checks.insert(checks.end(), part.begin(), part.end());
    return checks;
  }();
  return all;
}

}  // namespace matchrunner::conformance
