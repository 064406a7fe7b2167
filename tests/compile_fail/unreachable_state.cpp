// SPDX-License-Identifier: Apache-2.0
// A table in which no row leads to a state that has a name.
#include "door.hpp"

constexpr std::array rows{
    DoorRow{DoorState::open, DoorEvent::close, DoorState::closed},
#ifndef BAD
    DoorRow{DoorState::closed, DoorEvent::wall_up, DoorState::walled_up},
#endif
};

static_assert(matchrunner::all_reachable(rows, door_states, DoorState::open));
