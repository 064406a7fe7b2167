// SPDX-License-Identifier: Apache-2.0
#include "services/judge.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "domain/seat_outcome.hpp"
#include "services/summary.hpp"

namespace matchrunner {
namespace {

std::string how_it_ended(const SeatOutcome& seat) {
  std::string text = seat.name + ": " + std::string(to_string(seat.verdict));
  if (!seat.detail.empty()) return text + ", " + seat.detail;
  if (seat.exit_code && *seat.exit_code != 0) text += ", exit code " + std::to_string(*seat.exit_code);
  if (seat.signal) text += ", signal " + std::to_string(*seat.signal);
  return text;
}

std::string seconds(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

// The seat whose end is the end of the match: the referee, or the only program.
const Seat& deciding_seat(const Game& game) {
  const auto found = std::find_if(game.seats.begin(), game.seats.end(),
                                  [](const Seat& seat) { return seat.role != SeatRole::player; });
  return found == game.seats.end() ? game.seats.front() : *found;
}

// Who decides for others is to blame as such.
Fault fault_by_role(const Seat& seat) {
  return seat.role == SeatRole::referee || seat.role == SeatRole::server ? Fault::referee : Fault::seat;
}

bool is_not_ready(const SeatOutcome& seat) { return seat.verdict == Verdict::not_ready; }

SeatOutcome outcome_of(const Seat& seat, const RunFacts& facts) {
  SeatOutcome outcome;
  outcome.name = seat.name;
  for (const SeatReport& report : facts.seats)
    if (report.seat == seat.name) outcome = seat_outcome(report);
  if (facts.result && *facts.result) {
    const auto& scores = (**facts.result).scores;
    if (const auto score = scores.find(seat.name); score != scores.end()) outcome.score = score->second;
  }
  return outcome;
}

void set_failed(Outcome& outcome, Fault fault, std::string reason) {
  outcome.result = MatchResult::failed;
  outcome.fault = fault;
  outcome.reason = std::move(reason);
}

// Whose fault it is that a seat did not end well. What the runner ended is nobody's, unless the host or the match's
// time was the reason.
Fault fault_of(const Seat& seat, const SeatOutcome& end, const RunFacts& facts, bool waited_in_vain) {
  const bool decides = seat.role != SeatRole::player;
  if (end.verdict == Verdict::ok) return Fault::none;
  if (end.verdict == Verdict::not_started)
    return facts.stop_reason || waited_in_vain ? Fault::none : Fault::infrastructure;
  if (end.verdict == Verdict::killed && !facts.infrastructure_error.empty()) return Fault::infrastructure;
  if (end.verdict == Verdict::killed && !(facts.deadline_passed && decides)) return Fault::none;
  return fault_by_role(seat);
}

}  // namespace

Outcome judge(const Game& game, const RunFacts& facts) {
  Outcome outcome;
  for (const Seat& seat : game.seats) outcome.seats.push_back(outcome_of(seat, facts));
  if (facts.result && *facts.result) outcome.details = (**facts.result).details;

  const Seat& decider = deciding_seat(game);
  const SeatOutcome& end = outcome.seats[static_cast<std::size_t>(&decider - game.seats.data())];
  const Fault decider_fault = fault_by_role(decider);
  const auto not_ready = std::find_if(outcome.seats.begin(), outcome.seats.end(), is_not_ready);
  const auto not_started = std::find_if(outcome.seats.begin(), outcome.seats.end(),
                                        [](const SeatOutcome& seat) { return seat.verdict == Verdict::not_started; });

  if (!facts.infrastructure_error.empty()) {
    set_failed(outcome, Fault::infrastructure, facts.infrastructure_error);
  } else if (facts.stop_reason) {
    outcome.result = MatchResult::stopped;
    outcome.reason = *facts.stop_reason;
  } else if (facts.deadline_passed) {
    set_failed(outcome, decider_fault,
               "the match's deadline of " + seconds(game.deadline_seconds.value_or(0)) + " s passed");
  } else if (not_ready != outcome.seats.end()) {
    const Seat& seat = game.seats[static_cast<std::size_t>(not_ready - outcome.seats.begin())];
    set_failed(outcome, fault_by_role(seat), how_it_ended(*not_ready));
  } else if (not_started != outcome.seats.end()) {
    set_failed(outcome, Fault::infrastructure, how_it_ended(*not_started));
  } else if (end.verdict != Verdict::ok) {
    set_failed(outcome, decider_fault, how_it_ended(end));
  } else if (facts.result && !*facts.result) {
    set_failed(outcome, decider_fault,
               decider.name + ": its result file is not valid: " + facts.result->error().message);
  } else if (!facts.result && decider.role == SeatRole::referee) {
    set_failed(outcome, Fault::referee, decider.name + ": left no result file");
  } else {
    outcome.result = MatchResult::completed;
    if (facts.result) outcome.reason = (**facts.result).reason;
    const auto bad = std::find_if(outcome.seats.begin(), outcome.seats.end(),
                                  [](const SeatOutcome& seat) { return seat.verdict != Verdict::ok; });
    if (bad != outcome.seats.end()) {
      outcome.fault = Fault::seat;
      if (outcome.reason.empty()) outcome.reason = how_it_ended(*bad);
    }
  }
  for (std::size_t i = 0; i < game.seats.size(); ++i)
    outcome.seats[i].fault = fault_of(game.seats[i], outcome.seats[i], facts, not_ready != outcome.seats.end());
  outcome.summary = summary(game, outcome);
  return outcome;
}

Outcome with_surplus_files(const Game& game, Outcome outcome) {
  const Seat& decider = deciding_seat(game);
  const Fault fault = fault_by_role(decider);
  std::string reason = "more than " + std::to_string(max_output_files) + " files were left";
  for (SeatOutcome& seat : outcome.seats) {
    if (seat.name != decider.name) continue;
    seat.verdict = Verdict::output_limit;
    seat.fault = fault;
    seat.detail = std::exchange(reason, {});
    reason = how_it_ended(seat);
  }
  set_failed(outcome, fault, std::move(reason));
  outcome.summary = summary(game, outcome);
  return outcome;
}

std::vector<SeatReport> with_these_killed(const std::vector<std::string>& names, std::vector<SeatReport> seats) {
  for (const std::string& name : names) {
    if (std::any_of(seats.begin(), seats.end(), [&](const SeatReport& report) { return report.seat == name; }))
      continue;
    SeatReport& report = seats.emplace_back();
    report.seat = name;
    report.verdict = Verdict::killed;
  }
  return seats;
}

std::vector<SeatReport> with_the_rest_killed(const Game& game, std::vector<SeatReport> seats) {
  std::vector<std::string> names;
  for (const Seat& seat : game.seats) names.push_back(seat.name);
  return with_these_killed(names, std::move(seats));
}

}  // namespace matchrunner
