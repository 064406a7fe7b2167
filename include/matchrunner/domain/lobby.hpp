// SPDX-License-Identifier: Apache-2.0
// The state machine of a lobby, a table on an external game server that players join, as a table. Pure values.
#pragma once

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class LobbyState : unsigned char { created, creator_joined, all_players_joined, in_progress, ended, expired };

enum class LobbyEvent : unsigned char { creator_joined, all_players_joined, start, end, reset, expire };

inline constexpr std::array<Name<LobbyState>, 6> lobby_states{{
    {LobbyState::created, "created"},
    {LobbyState::creator_joined, "creator_joined"},
    {LobbyState::all_players_joined, "all_players_joined"},
    {LobbyState::in_progress, "in_progress"},
    {LobbyState::ended, "ended"},
    {LobbyState::expired, "expired"},
}};

inline constexpr std::array<Name<LobbyEvent>, 6> lobby_events{{
    {LobbyEvent::creator_joined, "creator_joined"},
    {LobbyEvent::all_players_joined, "all_players_joined"},
    {LobbyEvent::start, "start"},
    {LobbyEvent::end, "end"},
    {LobbyEvent::reset, "reset"},
    {LobbyEvent::expire, "expire"},
}};

inline constexpr std::array<Transition<LobbyState, LobbyEvent>, 11> lobby_transitions{{
    {LobbyState::created, LobbyEvent::creator_joined, LobbyState::creator_joined},
    {LobbyState::creator_joined, LobbyEvent::all_players_joined, LobbyState::all_players_joined},
    {LobbyState::all_players_joined, LobbyEvent::start, LobbyState::in_progress},
    {LobbyState::in_progress, LobbyEvent::end, LobbyState::ended},
    {LobbyState::creator_joined, LobbyEvent::reset, LobbyState::creator_joined},
    {LobbyState::all_players_joined, LobbyEvent::reset, LobbyState::creator_joined},
    {LobbyState::in_progress, LobbyEvent::reset, LobbyState::creator_joined},
    {LobbyState::created, LobbyEvent::expire, LobbyState::expired},
    {LobbyState::creator_joined, LobbyEvent::expire, LobbyState::expired},
    {LobbyState::all_players_joined, LobbyEvent::expire, LobbyState::expired},
    {LobbyState::in_progress, LobbyEvent::expire, LobbyState::expired},
}};

inline constexpr std::array lobby_terminals{LobbyState::ended, LobbyState::expired};

static_assert(is_deterministic(lobby_transitions));
static_assert(all_reachable(lobby_transitions, lobby_states, LobbyState::created));
static_assert(ends_in(lobby_transitions, lobby_states, lobby_terminals));

constexpr std::string_view to_string(LobbyState state) { return name_of(lobby_states, state); }
constexpr std::string_view to_string(LobbyEvent event) { return name_of(lobby_events, event); }
constexpr std::optional<LobbyState> next_state(LobbyState from, LobbyEvent event) {
  return next_state(lobby_transitions, from, event);
}

}  // namespace matchrunner
