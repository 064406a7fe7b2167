// SPDX-License-Identifier: Apache-2.0
// The state machine of a host, a machine that can run matches, as a table. Pure values.
#pragma once

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class HostState : unsigned char { idle, busy, draining, lost };

enum class HostEvent : unsigned char { assign, release, release_last, drain, resume, lose, return_ };

inline constexpr std::array<Name<HostState>, 4> host_states{{
    {HostState::idle, "idle"},
    {HostState::busy, "busy"},
    {HostState::draining, "draining"},
    {HostState::lost, "lost"},
}};

inline constexpr std::array<Name<HostEvent>, 7> host_events{{
    {HostEvent::assign, "assign"},
    {HostEvent::release, "release"},
    {HostEvent::release_last, "release_last"},
    {HostEvent::drain, "drain"},
    {HostEvent::resume, "resume"},
    {HostEvent::lose, "lose"},
    {HostEvent::return_, "return"},
}};

inline constexpr std::array<Transition<HostState, HostEvent>, 11> host_transitions{{
    {HostState::idle, HostEvent::assign, HostState::busy},
    {HostState::busy, HostEvent::assign, HostState::busy},
    {HostState::busy, HostEvent::release, HostState::busy},
    {HostState::busy, HostEvent::release_last, HostState::idle},
    {HostState::idle, HostEvent::drain, HostState::draining},
    {HostState::busy, HostEvent::drain, HostState::draining},
    {HostState::draining, HostEvent::resume, HostState::idle},
    {HostState::idle, HostEvent::lose, HostState::lost},
    {HostState::busy, HostEvent::lose, HostState::lost},
    {HostState::draining, HostEvent::lose, HostState::lost},
    {HostState::lost, HostEvent::return_, HostState::draining},
}};

inline constexpr std::array<HostState, 0> host_terminals{};

static_assert(is_deterministic(host_transitions));
static_assert(all_reachable(host_transitions, host_states, HostState::idle));
static_assert(ends_in(host_transitions, host_states, host_terminals));

constexpr std::string_view to_string(HostState state) { return name_of(host_states, state); }
constexpr std::string_view to_string(HostEvent event) { return name_of(host_events, event); }
constexpr std::optional<HostState> next_state(HostState from, HostEvent event) {
  return next_state(host_transitions, from, event);
}

}  // namespace matchrunner
