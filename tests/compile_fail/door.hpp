// SPDX-License-Identifier: Apache-2.0
// A door: the smallest machine that the compile-fail tests break, each in one row. Plain values.
#pragma once

#include "matchrunner/domain/transition.hpp"

enum class DoorState : unsigned char { open, closed, walled_up };
enum class DoorEvent : unsigned char { close, open, wall_up };

using DoorRow = matchrunner::Transition<DoorState, DoorEvent>;

inline constexpr std::array<matchrunner::Name<DoorState>, 3> door_states{
    {{DoorState::open, "open"}, {DoorState::closed, "closed"}, {DoorState::walled_up, "walled_up"}}};

inline constexpr std::array door_terminals{DoorState::walled_up};
