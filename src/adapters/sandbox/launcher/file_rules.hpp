// SPDX-License-Identifier: Apache-2.0
// File rules of a seat: what view_table.hpp shows, and its own folders. One that has the host's file system is held by
// them alone; for one with a root of its own they are a second wall, against folders of the host that leak into it.
#pragma once

#include "adapters/sandbox/launcher/failure.hpp"
#include "adapters/sandbox/messages.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

// For a seat in the host's file system: a ruleset of its own.
Failure make_file_rules(const sandbox::SeatStart& start, UniqueFd& ruleset);

// These complete it in the seat's process. They allocate nothing. false and errno: it did not work.
bool allow_own_process(int ruleset);  // whose /proc/self is no other's
bool allow_own_root(int ruleset);     // whose root has all its mounts

}  // namespace matchrunner::launcher
