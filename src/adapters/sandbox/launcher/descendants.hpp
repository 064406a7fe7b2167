// SPDX-License-Identifier: Apache-2.0
// The processes below the calling one, found in /proc: for a seat's init on a host without pid namespaces, where
// nothing else holds a seat together. Allocates nothing; for signal handlers and after clone.
#pragma once

namespace matchrunner::launcher {

void signal_descendants(int signal);

// Returns when none is left. The caller must be a child subreaper.
void kill_descendants();

}  // namespace matchrunner::launcher
