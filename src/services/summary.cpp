// SPDX-License-Identifier: Apache-2.0
#include "services/summary.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace matchrunner {
namespace {

struct Words {
  Verdict verdict;
  const char* text;
};
constexpr std::array<Words, verdicts.size()> words{{
    {Verdict::ok, "ended well"},
    {Verdict::timeout, "ran out of time"},
    {Verdict::memory, "ran out of memory"},
    {Verdict::output_limit, "wrote too much"},
    {Verdict::crashed, "crashed"},
    {Verdict::exited, "gave up with an error"},
    {Verdict::killed, "was ended by the runner"},
    {Verdict::not_started, "could not be started"},
    {Verdict::not_ready, "was not ready for the others"},
}};

std::string in_brackets(const std::string& text) { return text.empty() ? "" : " (" + text + ")"; }

std::string what_became_of(const SeatOutcome& seat) {
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const Words& row) { return row.verdict == seat.verdict; });
  return seat.name + " " + found->text + in_brackets(seat.detail);
}

// "white 1, black 0"
std::string scores(const Outcome& outcome) {
  std::string text;
  for (const SeatOutcome& seat : outcome.seats) {
    if (!seat.score) continue;
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%g", *seat.score);
    text += (text.empty() ? "" : ", ") + seat.name + " " + number.data();
  }
  return text;
}

std::string joined(const std::string& first, const std::string& mark, const std::string& second) {
  return second.empty() ? first : first + mark + second;
}

std::string of_completed(const Outcome& outcome) {
  std::string bad;
  for (const SeatOutcome& seat : outcome.seats)
    if (seat.fault == Fault::seat) bad += (bad.empty() ? "" : ", ") + what_became_of(seat);
  const std::string result = scores(outcome);
  if (!bad.empty()) return joined(bad + "; the match counts", ": ", result) + ".";
  return joined("Played to the end", ": ", result) + in_brackets(outcome.reason) + ".";
}

std::string of_failed(const Game& game, const Outcome& outcome) {
  switch (outcome.fault) {
    case Fault::infrastructure:
      return "Not played to the end because of the host, not of a program" + in_brackets(outcome.reason) + ".";
    case Fault::referee:
      return "No result, because of the referee and not of a contestant" + in_brackets(outcome.reason) + ".";
    case Fault::seat:
    case Fault::none:
      break;
  }
  const auto bad = std::find_if(outcome.seats.begin(), outcome.seats.end(),
                                [](const SeatOutcome& seat) { return seat.fault == Fault::seat; });
  const std::string& name = game.seats.empty() ? game.name : game.seats.front().name;
  if (bad == outcome.seats.end() || bad->verdict == Verdict::killed)
    return "No result of " + name + in_brackets(outcome.reason) + ".";
  return "No result: " + what_became_of(*bad) + ".";
}

}  // namespace

std::string summary(const Game& game, const Outcome& outcome) {
  switch (outcome.result) {
    case MatchResult::completed:
      return of_completed(outcome);
    case MatchResult::stopped:
      return "Stopped before the end, through no fault of a program" + in_brackets(outcome.reason) + ".";
    case MatchResult::failed:
      break;
  }
  return of_failed(game, outcome);
}

}  // namespace matchrunner
