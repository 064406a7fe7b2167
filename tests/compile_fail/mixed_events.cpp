// SPDX-License-Identifier: Apache-2.0
// An event of one machine given to another.
#include "door.hpp"
#include "matchrunner/domain/match_state.hpp"

constexpr auto next = matchrunner::next_state(matchrunner::MatchState::queued, matchrunner::MatchEvent::claim);
#ifdef BAD
constexpr auto mixed = matchrunner::next_state(matchrunner::MatchState::queued, DoorEvent::open);
#endif

static_assert(next == matchrunner::MatchState::preparing);
