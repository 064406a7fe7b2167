// SPDX-License-Identifier: Apache-2.0
// The first process of a seat: makes the seat's view, starts its program, collects orphans, and reports how the program
// ended. When it ends, or the launcher does, the kernel ends all that is left in the seat.
#pragma once

#include "adapters/sandbox/launcher/grounds.hpp"
#include "adapters/sandbox/launcher/seat_plan.hpp"

namespace matchrunner::launcher {

// In the child of clone3. `network` is the empty network namespace of the slot, or -1.
[[noreturn]] void run_seat_init(const Grounds& grounds, const SeatPlan& plan, int network);

}  // namespace matchrunner::launcher
