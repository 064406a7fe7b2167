// SPDX-License-Identifier: Apache-2.0
// What the seats of a game must be to each other, beyond the form of each. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/domain/game.hpp"
#include "matchrunner/match_file.hpp"

namespace matchrunner::codec {

// What a seat says, or else what goes without saying.
SeatRole role_of(const Seat& seat, Wiring wiring);

// "game.seats[2]"; an empty game_path: the game is the whole input.
std::string seat_path(const std::string& game_path, std::size_t index);

// The rules of copies and of starting one after another: who is named is there, nobody waits for himself, and what only
// a network can do is asked of a network alone.
std::vector<InputFault> check_order(const Game& game, const std::string& path);

}  // namespace matchrunner::codec
