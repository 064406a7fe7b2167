// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/domain/host.hpp"
#include "matchrunner/domain/lobby.hpp"
#include "matchrunner/domain/match_state.hpp"
#include "matchrunner/domain/ticket.hpp"

namespace matchrunner {
namespace {

constexpr auto match_state_words = texts_of(match_states);
constexpr auto match_event_words = texts_of(match_events);
constexpr auto match_rows = in_words(match_transitions, match_states, match_events);

constexpr auto ticket_state_words = texts_of(ticket_states);
constexpr auto ticket_event_words = texts_of(ticket_events);
constexpr auto ticket_rows = in_words(ticket_transitions, ticket_states, ticket_events);

constexpr auto lobby_state_words = texts_of(lobby_states);
constexpr auto lobby_event_words = texts_of(lobby_events);
constexpr auto lobby_rows = in_words(lobby_transitions, lobby_states, lobby_events);

constexpr auto host_state_words = texts_of(host_states);
constexpr auto host_event_words = texts_of(host_events);
constexpr auto host_rows = in_words(host_transitions, host_states, host_events);

constexpr MachineWords all[] = {
    {"match", "queued", match_state_words, match_event_words, match_rows},
    {"ticket", "new", ticket_state_words, ticket_event_words, ticket_rows},
    {"lobby", "created", lobby_state_words, lobby_event_words, lobby_rows},
    {"host", "idle", host_state_words, host_event_words, host_rows},
};

}  // namespace

std::span<const MachineWords> machines() { return all; }

}  // namespace matchrunner
