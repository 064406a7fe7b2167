// SPDX-License-Identifier: Apache-2.0
// One step of a match through its state machine, as a value: no store, no clock of its own.
#pragma once

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

// Moves the match along `event` and stamps the time; `conflict` when the table has no such row.
Result<void> step(Match& match, MatchEvent event, Time now);

// Stamps the time of a state.
void enter(Match& match, MatchState state, Time now);

}  // namespace matchrunner
