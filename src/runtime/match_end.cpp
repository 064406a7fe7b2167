// SPDX-License-Identifier: Apache-2.0
#include "runtime/match_end.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/backoff.hpp"
#include "codec/event_body.hpp"
#include "runtime/match_targets.hpp"
#include "services/judge.hpp"
#include "services/match_step.hpp"
#include "services/summary.hpp"

namespace matchrunner {
namespace {

// How a match with this result leaves `collecting`.
struct EndRow {
  MatchResult result;
  MatchEvent event;
};
constexpr std::array<EndRow, 3> ends{{{MatchResult::completed, MatchEvent::collected},
                                      {MatchResult::failed, MatchEvent::fail},
                                      {MatchResult::stopped, MatchEvent::stop}}};

MatchEvent end_of(MatchResult result) {
  return std::find_if(ends.begin(), ends.end(), [&](const EndRow& row) { return row.result == result; })->event;
}

constexpr Backoff upload_retries{std::chrono::seconds(1), std::chrono::minutes(5)};

// Longer the longer the match has waited: what counts the tries over restarts and hosts is the time of its end.
Time next_attempt(const Match& match, Time now) {
  const auto so_far = is_terminal(match.state) && !match.times.empty() ? now - match.times.back().at : Time::duration();
  return now + wait_again(std::chrono::floor<milliseconds>(so_far), upload_retries);
}

}  // namespace

bool passes(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::cancelled ||
         code == ErrorCode::callback || code == ErrorCode::resource_exhausted;
}

bool stores_later(const RunnerState& state, const Match& match) {
  return match.state == MatchState::collecting && stores_remotely(state, match);
}

Result<void> end_try(RunnerState& state, MatchClaim& claim, const Collected& collected) {
  const bool first = claim.match().state == MatchState::collecting;
  const bool remote = stores_remotely(state, claim.match());
  const bool later = stores_later(state, claim.match());
  const bool mendable = collected.refused && remote;
  const bool final_failure = collected.error && !mendable && !passes(collected.error->code);
  const bool stored = !collected.error && !later;

  MatchChange change;
  change.release = collected.error || !later;
  const Time now = state.clocks.wall();
  if (!stored && !final_failure) change.due_at = next_attempt(claim.match(), now);
  Outcome outcome = claim.match().outcome.value_or(Outcome());
  if (collected.surplus && first && outcome.result == MatchResult::completed)
    outcome = with_surplus_files(claim.match().game, std::move(outcome));
  if (final_failure && first) {
    outcome.result = MatchResult::failed;
    outcome.fault = Fault::infrastructure;
    outcome.reason = "artifacts could not be stored: " + collected.error->describe();
    outcome.summary = summary(claim.match().game, outcome);
  }
  change.apply = [&](Match& match) -> Result<void> {
    match.artifacts = collected.artifacts;
    match.store_error = !collected.error ? (later ? "on their way" : "")
                        : final_failure  ? ""
                                         : collected.error->describe();
    if (stored) match.stored_at = now;
    match.outcome = outcome;
    return first ? step(match, end_of(outcome.result), now) : Result<void>();
  };
  if (first)
    change.events.push_back(match_event(
        claim.match(), std::string(to_string(end_of(outcome.result))),
        outcome.result == MatchResult::completed ? artifacts_body(collected.artifacts) : outcome_body(outcome)));
  if (stored)
    change.events.push_back(match_event(claim.match(), "stored", artifacts_body(collected.artifacts)));
  else if (final_failure && !first)
    change.events.push_back(
        match_event(claim.match(), "store_failed", text_body({{"error", collected.error->describe()}})));
  auto committed = claim.commit(change);
  if (committed && (stored || final_failure)) [[maybe_unused]]
    const auto removed = remove_run_folder(claim.match().spool_folder);  // else by the next sweep of the spool
  return committed;
}

}  // namespace matchrunner
