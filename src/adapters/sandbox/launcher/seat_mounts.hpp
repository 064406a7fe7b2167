// SPDX-License-Identifier: Apache-2.0
// Adds to a seat's copy of the template what is its own: /proc, /tmp, its folders and read_only paths.
#pragma once

#include "adapters/sandbox/launcher/seat_plan.hpp"

namespace matchrunner::launcher {

// In the seat's init; allocates nothing. nullptr, or the step that failed with errno.
const char* make_seat_mounts(const SeatPlan& plan);

}  // namespace matchrunner::launcher
