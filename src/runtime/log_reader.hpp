// SPDX-License-Identifier: Apache-2.0
// Reading an artifact of a match wherever it is now: in the spool of a run under way, or in the sink; links to it
// there. Safe from any thread.
#pragma once

#include "runtime/runner_state.hpp"

namespace matchrunner {

Result<LogChunk> read_log(RunnerState& state, const std::string& id, const std::string& name, std::uint64_t offset,
                          std::size_t size);

Result<std::string> link_artifact(RunnerState& state, const std::string& id, const std::string& name,
                                  milliseconds valid_for);

}  // namespace matchrunner
