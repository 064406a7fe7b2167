// SPDX-License-Identifier: Apache-2.0
// The state machine of a match, as a table. Pure values.
#pragma once

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class MatchState : unsigned char {
  queued,
  preparing,
  starting,
  running,
  collecting,
  finished,
  failed,
  stopped,
  returned
};

enum class MatchEvent : unsigned char {
  claim,
  prepared,
  started,
  ended,
  collected,
  fail,
  stop,
  lapse,
  adopted,
  return_
};

inline constexpr std::array<Name<MatchState>, 9> match_states{{
    {MatchState::queued, "queued"},
    {MatchState::preparing, "preparing"},
    {MatchState::starting, "starting"},
    {MatchState::running, "running"},
    {MatchState::collecting, "collecting"},
    {MatchState::finished, "finished"},
    {MatchState::failed, "failed"},
    {MatchState::stopped, "stopped"},
    {MatchState::returned, "returned"},
}};

inline constexpr std::array<Name<MatchEvent>, 10> match_events{{
    {MatchEvent::claim, "claim"},
    {MatchEvent::prepared, "prepared"},
    {MatchEvent::started, "started"},
    {MatchEvent::ended, "ended"},
    {MatchEvent::collected, "collected"},
    {MatchEvent::fail, "fail"},
    {MatchEvent::stop, "stop"},
    {MatchEvent::lapse, "lapse"},
    {MatchEvent::adopted, "adopted"},
    {MatchEvent::return_, "return"},
}};

inline constexpr std::array<Transition<MatchState, MatchEvent>, 23> match_transitions{{
    {MatchState::queued, MatchEvent::claim, MatchState::preparing},
    {MatchState::preparing, MatchEvent::prepared, MatchState::starting},
    {MatchState::starting, MatchEvent::started, MatchState::running},
    {MatchState::running, MatchEvent::ended, MatchState::collecting},
    // It came to nothing, and what its seats have printed until then is kept.
    {MatchState::starting, MatchEvent::ended, MatchState::collecting},
    {MatchState::preparing, MatchEvent::ended, MatchState::collecting},
    {MatchState::collecting, MatchEvent::collected, MatchState::finished},
    {MatchState::queued, MatchEvent::fail, MatchState::failed},
    {MatchState::preparing, MatchEvent::fail, MatchState::failed},
    {MatchState::starting, MatchEvent::fail, MatchState::failed},
    {MatchState::running, MatchEvent::fail, MatchState::failed},
    {MatchState::collecting, MatchEvent::fail, MatchState::failed},
    {MatchState::queued, MatchEvent::stop, MatchState::stopped},
    {MatchState::preparing, MatchEvent::stop, MatchState::stopped},
    {MatchState::starting, MatchEvent::stop, MatchState::stopped},
    {MatchState::running, MatchEvent::stop, MatchState::stopped},
    {MatchState::collecting, MatchEvent::stop, MatchState::stopped},
    // The lease of its runner ran out. Before the outcome is stored the match runs again; after, only collecting is
    // redone.
    {MatchState::preparing, MatchEvent::lapse, MatchState::queued},
    {MatchState::starting, MatchEvent::lapse, MatchState::queued},
    {MatchState::running, MatchEvent::lapse, MatchState::queued},
    {MatchState::collecting, MatchEvent::lapse, MatchState::collecting},
    // Its run had outlived its runner.
    {MatchState::preparing, MatchEvent::adopted, MatchState::running},
    // Its runner ended, and gave it back to the source that its command came from.
    {MatchState::queued, MatchEvent::return_, MatchState::returned},
}};

inline constexpr std::array match_terminals{MatchState::finished, MatchState::failed, MatchState::stopped,
                                            MatchState::returned};

static_assert(is_deterministic(match_transitions));
static_assert(all_reachable(match_transitions, match_states, MatchState::queued));
static_assert(ends_in(match_transitions, match_states, match_terminals));

constexpr std::string_view to_string(MatchState state) { return name_of(match_states, state); }
constexpr std::string_view to_string(MatchEvent event) { return name_of(match_events, event); }
constexpr std::optional<MatchState> next_state(MatchState from, MatchEvent event) {
  return next_state(match_transitions, from, event);
}
constexpr bool is_terminal(MatchState state) { return is_terminal(match_transitions, state); }

}  // namespace matchrunner
