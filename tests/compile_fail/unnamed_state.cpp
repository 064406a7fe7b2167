// SPDX-License-Identifier: Apache-2.0
// A row that leads to a state without a word.
#include "door.hpp"

constexpr std::array rows{
    DoorRow{DoorState::open, DoorEvent::close, DoorState::closed},
    DoorRow{DoorState::closed, DoorEvent::wall_up, DoorState::walled_up},
#ifdef BAD
    DoorRow{DoorState::closed, DoorEvent::open, static_cast<DoorState>(7)},
#endif
};

static_assert(matchrunner::all_reachable(rows, door_states, DoorState::open));
