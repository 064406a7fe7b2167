// SPDX-License-Identifier: Apache-2.0
// Matches and games as records of the store, and back. Pure functions.
#pragma once

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

// kind "match", state and priority as in the match, scope = game name; everything else in the body. version, epoch and
// holder are carried over; sequence, due_at and lease are not the codec's.
Record to_record(const Match& match);
Result<Match> match_from(const Record& record);  // `corrupt_data`

// kind "game", id = name.
Record to_record(const Game& game);
Result<Game> game_from(const Record& record);  // Game::version = record.version; `corrupt_data`

}  // namespace matchrunner
