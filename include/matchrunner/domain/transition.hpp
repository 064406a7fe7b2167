// SPDX-License-Identifier: Apache-2.0
// State machines as data: rows {from, event, to} in a constexpr array, checked at compile time.
// One mechanism serves matches, tickets, lobbies, hosts and an application's own table. Pure values.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace matchrunner {

template <class State, class Event>
struct Transition {
  State from;
  Event event;
  State to;
};

// The word of one enumerator, the same in C++, C, Python, on the wire and in the docs.
template <class Enum>
struct Name {
  Enum value;
  std::string_view text;
};

template <class Enum, std::size_t N>
constexpr std::string_view name_of(const std::array<Name<Enum>, N>& names, Enum value) {
  for (const auto& row : names)
    if (row.value == value) return row.text;
  return "?";
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum> value_of(const std::array<Name<Enum>, N>& names, std::string_view text) {
  for (const auto& row : names)
    if (row.text == text) return row.value;
  return std::nullopt;
}

// Where `event` leads from `from`, or nothing when that is illegal.
template <class State, class Event, std::size_t N>
constexpr std::optional<State> next_state(const std::array<Transition<State, Event>, N>& rows, State from,
                                          Event event) {
  for (const auto& row : rows)
    if (row.from == from && row.event == event) return row.to;
  return std::nullopt;
}

template <class State, class Event, std::size_t N>
constexpr bool is_terminal(const std::array<Transition<State, Event>, N>& rows, State state) {
  for (const auto& row : rows)
    if (row.from == state) return false;
  return true;
}

// At most one row for each (state, event).
template <class State, class Event, std::size_t N>
constexpr bool is_deterministic(const std::array<Transition<State, Event>, N>& rows) {
  for (std::size_t i = 0; i < N; ++i)
    for (std::size_t j = i + 1; j < N; ++j)
      if (rows[i].from == rows[j].from && rows[i].event == rows[j].event) return false;
  return true;
}

// Every named state can be reached from `start`.
template <class State, class Event, std::size_t N, std::size_t M>
constexpr bool all_reachable(const std::array<Transition<State, Event>, N>& rows,
                             const std::array<Name<State>, M>& states, State start) {
  std::array<bool, M> seen{};
  const auto index = [&](State state) {
    std::size_t i = 0;
    while (i < M && states[i].value != state) ++i;
    return i;
  };
  if (index(start) == M) return false;
  seen[index(start)] = true;
  for (std::size_t round = 0; round < M; ++round)
    for (const auto& row : rows) {
      if (index(row.from) == M || index(row.to) == M) return false;  // a row names a state without a word
      if (seen[index(row.from)]) seen[index(row.to)] = true;
    }
  for (const bool reached : seen)
    if (!reached) return false;
  return true;
}

// Exactly the listed states have no way out, and every other state can still reach one of them.
template <class State, class Event, std::size_t N, std::size_t M, std::size_t T>
constexpr bool ends_in(const std::array<Transition<State, Event>, N>& rows, const std::array<Name<State>, M>& states,
                       const std::array<State, T>& terminals) {
  std::array<bool, M> ends{};
  for (std::size_t i = 0; i < M; ++i) {
    bool listed = false;
    for (const State terminal : terminals) listed = listed || terminal == states[i].value;
    if (listed != is_terminal(rows, states[i].value)) return false;
    ends[i] = listed;
  }
  for (std::size_t round = 0; round < M; ++round)
    for (const auto& row : rows)
      for (std::size_t to = 0; to < M; ++to)
        if (states[to].value == row.to && ends[to])
          for (std::size_t from = 0; from < M; ++from)
            if (states[from].value == row.from) ends[from] = true;
  for (const bool end : ends)
    if (!end && T > 0) return false;
  return true;
}

// One row in words, for pages, bindings and tools that walk a machine without knowing its types.
struct TransitionWords {
  std::string_view from;
  std::string_view event;
  std::string_view to;
};

// A whole machine in words. The arrays live for the length of the program.
struct MachineWords {
  std::string_view name;   // "match"
  std::string_view start;  // "queued"
  std::span<const std::string_view> states;
  std::span<const std::string_view> events;
  std::span<const TransitionWords> transitions;
};

template <class State, class Event, std::size_t N, std::size_t S, std::size_t E>
constexpr std::array<TransitionWords, N> in_words(const std::array<Transition<State, Event>, N>& rows,
                                                  const std::array<Name<State>, S>& states,
                                                  const std::array<Name<Event>, E>& events) {
  std::array<TransitionWords, N> words{};
  for (std::size_t i = 0; i < N; ++i)
    words[i] = {name_of(states, rows[i].from), name_of(events, rows[i].event), name_of(states, rows[i].to)};
  return words;
}

template <class Enum, std::size_t N>
constexpr std::array<std::string_view, N> texts_of(const std::array<Name<Enum>, N>& names) {
  std::array<std::string_view, N> texts{};
  for (std::size_t i = 0; i < N; ++i) texts[i] = names[i].text;
  return texts;
}

// The library's four machines: match, ticket, lobby, host.
std::span<const MachineWords> machines();

}  // namespace matchrunner
