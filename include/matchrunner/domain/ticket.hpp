// SPDX-License-Identifier: Apache-2.0
// The state machine of a ticket, a party's place in a waiting line, as a table. Pure values.
#pragma once

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class TicketState : unsigned char { new_, queued, recalled, confirmed, playing, completed, cancelled };

enum class TicketEvent : unsigned char { queue, recall, confirm, play, complete, lapse, cancel };

inline constexpr std::array<Name<TicketState>, 7> ticket_states{{
    {TicketState::new_, "new"},
    {TicketState::queued, "queued"},
    {TicketState::recalled, "recalled"},
    {TicketState::confirmed, "confirmed"},
    {TicketState::playing, "playing"},
    {TicketState::completed, "completed"},
    {TicketState::cancelled, "cancelled"},
}};

inline constexpr std::array<Name<TicketEvent>, 7> ticket_events{{
    {TicketEvent::queue, "queue"},
    {TicketEvent::recall, "recall"},
    {TicketEvent::confirm, "confirm"},
    {TicketEvent::play, "play"},
    {TicketEvent::complete, "complete"},
    {TicketEvent::lapse, "lapse"},
    {TicketEvent::cancel, "cancel"},
}};

inline constexpr std::array<Transition<TicketState, TicketEvent>, 13> ticket_transitions{{
    {TicketState::new_, TicketEvent::queue, TicketState::queued},
    {TicketState::queued, TicketEvent::recall, TicketState::recalled},
    {TicketState::recalled, TicketEvent::confirm, TicketState::confirmed},
    {TicketState::confirmed, TicketEvent::play, TicketState::playing},
    {TicketState::playing, TicketEvent::complete, TicketState::completed},
    {TicketState::new_, TicketEvent::confirm, TicketState::confirmed},
    {TicketState::recalled, TicketEvent::queue, TicketState::queued},
    {TicketState::recalled, TicketEvent::lapse, TicketState::queued},
    {TicketState::new_, TicketEvent::cancel, TicketState::cancelled},
    {TicketState::queued, TicketEvent::cancel, TicketState::cancelled},
    {TicketState::recalled, TicketEvent::cancel, TicketState::cancelled},
    {TicketState::confirmed, TicketEvent::cancel, TicketState::cancelled},
    {TicketState::playing, TicketEvent::cancel, TicketState::cancelled},
}};

inline constexpr std::array ticket_terminals{TicketState::completed, TicketState::cancelled};

static_assert(is_deterministic(ticket_transitions));
static_assert(all_reachable(ticket_transitions, ticket_states, TicketState::new_));
static_assert(ends_in(ticket_transitions, ticket_states, ticket_terminals));

constexpr std::string_view to_string(TicketState state) { return name_of(ticket_states, state); }
constexpr std::string_view to_string(TicketEvent event) { return name_of(ticket_events, event); }
constexpr std::optional<TicketState> next_state(TicketState from, TicketEvent event) {
  return next_state(ticket_transitions, from, event);
}

}  // namespace matchrunner
