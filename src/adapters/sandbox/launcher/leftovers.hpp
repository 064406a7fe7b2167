// SPDX-License-Identifier: Apache-2.0
// What is still there of seats whose inits have ended: processes, groups, files and objects of the host. With
// namespaces the kernel leaves nothing, and a look at the groups proves it; without, what is found is ended and removed
// here. In the launcher's own thread, when no seat is under way.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/sandbox/launcher/seat_slot.hpp"

namespace matchrunner::launcher {

// Once, before the first seat: without a pid namespace orphans come to the launcher, and what an earlier launcher of
// the slot may have left is ended and removed. `users`: how many the slot has.
Failure expect_leftovers(const Grounds& grounds, std::uint32_t users);

// The children of the launcher that a seat's init has left to it, when it was killed; without a pid namespace.
void end_orphans();

// Of the first `seats` slots. One line on what could not be removed, or should not have been there; empty: nothing is
// left.
std::string remove_leftovers(const Grounds& grounds, const std::vector<std::unique_ptr<SeatSlot>>& slots,
                             std::size_t seats);

}  // namespace matchrunner::launcher
