// SPDX-License-Identifier: Apache-2.0
// A request laid over its game: what will really be played. Pure functions.
#pragma once

#include <string>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

// `invalid_argument` names every fault of a game that was made in the program: bounds, roles, relative paths.
Result<void> validate(const Game& game);

// The game with the request's seats and settings laid over its own, every default filled in (roles, all limits,
// on_output_limit, deadline, grace, attempts). `invalid_argument` names every fault: a seat the game does not have, not
// exactly one way to start a seat, no referee with stdio, more than one seat without wiring, ...
Result<Game> resolve(const Game& game, const MatchRequest& request);

// `game` as it is started: the request's secrets among the variables of its seats. To be handed to an executor, neither
// stored nor shown.
Game with_secrets(Game game, const MatchRequest& request);

// SHA-256 of the canonical request: to_json without the id, so that equal wishes are equal, and with the names of
// secrets alone: it is shown, and a value could be guessed from it.
std::string request_sha256(const MatchRequest& request);

}  // namespace matchrunner
