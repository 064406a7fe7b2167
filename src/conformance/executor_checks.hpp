// SPDX-License-Identifier: Apache-2.0
// The checks of Executor, by what they are about; executor_checks() is all of them.
#pragma once

#include "conformance/executor_trial.hpp"

namespace matchrunner::conformance {

std::span<const ExecutorCheck> executor_report_checks();  // what a run tells and leaves
std::span<const ExecutorCheck> executor_end_checks();     // who ends a run, and with what verdicts
std::span<const ExecutorCheck> executor_adopt_checks();   // runs that outlive their runner

}  // namespace matchrunner::conformance
