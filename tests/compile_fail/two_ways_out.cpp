// SPDX-License-Identifier: Apache-2.0
// A table with two rows for the same state and event.
#include "door.hpp"

constexpr std::array rows{
    DoorRow{DoorState::open, DoorEvent::close, DoorState::closed},
#ifdef BAD
    DoorRow{DoorState::open, DoorEvent::close, DoorState::walled_up},
#endif
    DoorRow{DoorState::closed, DoorEvent::wall_up, DoorState::walled_up},
};

static_assert(matchrunner::is_deterministic(rows));
