// SPDX-License-Identifier: Apache-2.0
// Every (state, event) pair of every machine, against the blueprint's rows written out by hand.
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "catch.hpp"
#include "matchrunner/domain/host.hpp"
#include "matchrunner/domain/lobby.hpp"
#include "matchrunner/domain/match_state.hpp"
#include "matchrunner/domain/ticket.hpp"

using namespace matchrunner;

namespace {

using Pair = std::pair<std::string, std::string>;
using Rows = std::map<Pair, std::string>;

// "from event to" a line.
Rows rows_of(const char* text) {
  Rows rows;
  std::istringstream lines(text);
  std::string from, event, to;
  while (lines >> from >> event >> to) rows[{from, event}] = to;
  return rows;
}

const Rows match_rows = rows_of(R"(
  queued claim preparing   preparing prepared starting   starting started running
  running ended collecting   starting ended collecting   preparing ended collecting   collecting collected finished
  queued fail failed   preparing fail failed   starting fail failed   running fail failed   collecting fail failed
  queued stop stopped   preparing stop stopped   starting stop stopped   running stop stopped
  collecting stop stopped
  preparing lapse queued   starting lapse queued   running lapse queued   collecting lapse collecting
  preparing adopted running   queued return returned)");

const Rows ticket_rows = rows_of(R"(
  new queue queued   queued recall recalled   recalled confirm confirmed   confirmed play playing
  playing complete completed   new confirm confirmed   recalled queue queued   recalled lapse queued
  new cancel cancelled   queued cancel cancelled   recalled cancel cancelled   confirmed cancel cancelled
  playing cancel cancelled)");

const Rows lobby_rows = rows_of(R"(
  created creator_joined creator_joined   creator_joined all_players_joined all_players_joined
  all_players_joined start in_progress   in_progress end ended
  creator_joined reset creator_joined   all_players_joined reset creator_joined   in_progress reset creator_joined
  created expire expired   creator_joined expire expired   all_players_joined expire expired
  in_progress expire expired)");

const Rows host_rows = rows_of(R"(
  idle assign busy   busy assign busy   busy release busy   busy release_last idle
  idle drain draining   busy drain draining   draining resume idle
  idle lose lost   busy lose lost   draining lose lost   lost return draining)");

// Asks the typed table for every pair, and compares the answer and the words.
template <class State, class Event, std::size_t S, std::size_t E>
void walk(const std::array<Name<State>, S>& states, const std::array<Name<Event>, E>& events, const Rows& expected) {
  std::size_t legal = 0;
  for (const auto& state : states)
    for (const auto& event : events) {
      INFO(state.text << " -" << event.text << "->");
      const auto next = next_state(state.value, event.value);
      const auto row = expected.find({std::string(state.text), std::string(event.text)});
      REQUIRE(next.has_value() == (row != expected.end()));
      if (!next) continue;
      CHECK(to_string(*next) == row->second);
      ++legal;
    }
  CHECK(legal == expected.size());  // no expected row names a state or event that does not exist
}

}  // namespace

TEST_CASE("match: every pair of state and event") { walk(match_states, match_events, match_rows); }
TEST_CASE("ticket: every pair of state and event") { walk(ticket_states, ticket_events, ticket_rows); }
TEST_CASE("lobby: every pair of state and event") { walk(lobby_states, lobby_events, lobby_rows); }
TEST_CASE("host: every pair of state and event") { walk(host_states, host_events, host_rows); }

TEST_CASE("machines() gives the four tables in words") {
  const std::map<std::string_view, std::pair<const Rows*, std::string_view>> expected{
      {"match", {&match_rows, "queued"}},
      {"ticket", {&ticket_rows, "new"}},
      {"lobby", {&lobby_rows, "created"}},
      {"host", {&host_rows, "idle"}}};
  REQUIRE(machines().size() == expected.size());
  for (const MachineWords& machine : machines()) {
    INFO(machine.name);
    const auto& [rows, start] = expected.at(machine.name);
    CHECK(machine.start == start);
    Rows words;
    std::set<std::string> states, events;
    for (const TransitionWords& row : machine.transitions) {
      words[{std::string(row.from), std::string(row.event)}] = row.to;
      states.insert({std::string(row.from), std::string(row.to)});
      events.insert(std::string(row.event));
    }
    CHECK(words == *rows);
    CHECK(std::set<std::string>(machine.states.begin(), machine.states.end()) == states);
    CHECK(std::set<std::string>(machine.events.begin(), machine.events.end()) == events);
  }
}

TEST_CASE("the final states of a match are final") {
  for (const MatchState state : {MatchState::finished, MatchState::failed, MatchState::stopped, MatchState::returned})
    CHECK(is_terminal(state));
  for (const MatchState state :
       {MatchState::queued, MatchState::preparing, MatchState::starting, MatchState::running, MatchState::collecting})
    CHECK_FALSE(is_terminal(state));
}
