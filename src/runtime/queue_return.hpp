// SPDX-License-Identifier: Apache-2.0
// Back to where they came from: what of the queue came by a source's commands, when the runner ends. See
// queue_return.cpp for the states.
#pragma once

#include <string>

#include "matchrunner/base/context.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

// Until all are back, the source fails (told as of `part`), or the context ends; what is left stays queued. Nothing of
// a source that takes nothing back.
void return_queued(RunnerState& state, CommandSource& source, const std::string& part, const Context& context);

}  // namespace matchrunner
