// SPDX-License-Identifier: Apache-2.0
// Copies of a seat with `count`: NAME_0, NAME_1, ..., each a seat like any other. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/domain/game.hpp"

namespace matchrunner::codec {

// The names that a seat has in a match: its own, or those of its copies.
std::vector<std::string> played_names(const Seat& seat);

// Puts copies in the place of every seat with `count`. The game has no fault of check_seats.
void make_copies(Game& game);

// Whether `name` is that of the seat `of`, or of a copy of it where the game that is played has no such seat.
bool is_played_as(const Game& played, const std::string& name, const std::string& of);

}  // namespace matchrunner::codec
