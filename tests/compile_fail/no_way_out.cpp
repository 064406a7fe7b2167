// SPDX-License-Identifier: Apache-2.0
// A table in which a state that is not listed as an end has no way out.
#include "door.hpp"

constexpr std::array rows{
    DoorRow{DoorState::open, DoorEvent::close, DoorState::closed},
    DoorRow{DoorState::open, DoorEvent::wall_up, DoorState::walled_up},
#ifndef BAD
    DoorRow{DoorState::closed, DoorEvent::open, DoorState::open},
#endif
};

static_assert(matchrunner::ends_in(rows, door_states, door_terminals));
