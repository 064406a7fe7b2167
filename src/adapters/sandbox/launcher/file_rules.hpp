// SPDX-License-Identifier: Apache-2.0
// File rules of a seat that has the host's file system for its own: what view_table.hpp shows, and its own folders.
#pragma once

#include "adapters/sandbox/launcher/failure.hpp"
#include "adapters/sandbox/messages.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

// A ruleset for this seat alone.
Failure make_file_rules(const sandbox::SeatStart& start, UniqueFd& ruleset);

// In the seat's process, whose /proc/self is no other's. Allocates nothing. false and errno: it did not work.
bool allow_own_process(int ruleset);

}  // namespace matchrunner::launcher
