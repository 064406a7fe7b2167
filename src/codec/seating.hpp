// SPDX-License-Identifier: Apache-2.0
// Who sits where and how each is started: a request laid over its game, and the rules that no single field can break.
// Pure functions.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/domain/game.hpp"
#include "matchrunner/match_file.hpp"

namespace matchrunner::codec {

// The rules of wiring: one program without it; one referee (in a network: or server) and at least one player. `path` is
// that of the game ("game"; empty: it is the whole input). And no secrets, which are for a match alone.
std::vector<InputFault> check_seats(const Game& game, const std::string& path);

// No variable of a match's seat is both among its secrets and in its environment.
std::vector<InputFault> check_secrets(const std::vector<Seat>& seats);

// Lays the request's seats and settings over `game`, checks the result, makes the copies of its
// seats and fills in every default. Secrets stay where
// they are: the game is shown to everybody.
std::vector<InputFault> seat_match(Game& game, const MatchRequest& request);

}  // namespace matchrunner::codec
