// SPDX-License-Identifier: Apache-2.0
#include "runtime/collector.hpp"

#include <algorithm>
#include <array>

#include "base/backoff.hpp"
#include "codec/event_body.hpp"
#include "services/judge.hpp"
#include "services/match_step.hpp"
#include "services/summary.hpp"

namespace matchrunner {
namespace {

// The table of section 7: how a match with this result leaves `collecting`.
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

// What can pass by itself: the artifacts follow later. Anything else is final.
bool passes(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::cancelled ||
         code == ErrorCode::callback;
}

struct Collected {
  std::vector<Artifact> artifacts;
  std::optional<Error> error;  // why at least one has no URI
  bool surplus = false;        // more files were left than one match may leave
};

std::vector<Artifact> all_missing(std::vector<Artifact> artifacts) {
  for (Artifact& artifact : artifacts)
    if (artifact.uri.empty()) artifact.missing = true;
  return artifacts;
}

// Describes every spooled file, and stores those that have no URI yet.
Collected collect(RunnerState& state, const Match& match) {
  Collected collected;
  if (match.spool_host != state.host_name) {
    collected.artifacts = all_missing(match.artifacts);
    return collected;
  }
  const auto spooled = spooled_artifacts(match.spool_folder);
  if (!spooled) {
    collected.error = spooled.error();
    return collected;
  }
  collected.surplus = spooled->more;
  if (spooled->names.empty()) collected.artifacts = all_missing(match.artifacts);
  const Context context = Context::within(state.options.collect_timeout);
  for (const std::string& name : spooled->names) {
    const auto known = std::find_if(match.artifacts.begin(), match.artifacts.end(),
                                    [&](const Artifact& artifact) { return artifact.name == name; });
    if (known != match.artifacts.end() && !known->uri.empty()) {
      collected.artifacts.push_back(*known);
      continue;
    }
    const auto file = open_spooled(match.spool_folder, name);
    if (!file && file.error().code == ErrorCode::not_found) continue;
    auto artifact = file ? described(name, file->get()) : Result<Artifact>(file.error());
    if (!artifact) {
      collected.error = artifact.error();
      continue;
    }
    if (!collected.error) {
      auto uri = state.artifacts.store({match.id, match.epoch, name}, file->get(), context);
      if (uri)
        artifact->uri = *std::move(uri);
      else
        collected.error = uri.error();
    }
    collected.artifacts.push_back(*std::move(artifact));
  }
  return collected;
}

constexpr Backoff upload_retries{std::chrono::seconds(1), std::chrono::minutes(5)};

// Longer the longer the match has waited: what counts the tries over restarts and hosts is the time of its end.
Time next_attempt(const Match& match, Time now) {
  const auto so_far = is_terminal(match.state) && !match.times.empty() ? now - match.times.back().at : Time::duration();
  return now + wait_again(std::chrono::floor<milliseconds>(so_far), upload_retries);
}

// One try. The match has ended after it; with artifacts left to store it gets a timer, at which a keeper hands it over
// again.
Result<void> finish(RunnerState& state, MatchClaim& claim) {
  const Collected collected = collect(state, claim.match());
  const bool first = claim.match().state == MatchState::collecting;
  const bool final_failure = collected.error && !passes(collected.error->code);
  const bool stored = !collected.error;

  MatchChange change;
  change.release = true;
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
    match.store_error = collected.error && !final_failure ? collected.error->describe() : std::string();
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

}  // namespace

void Collector::start() {
  thread_ = std::thread([this] { run(); });
}

void Collector::hand_over(std::unique_ptr<MatchClaim> claim) {
  const Lock lock(mutex_);
  waiting_.push_back(std::move(claim));
  changed_.notify_one();
}

void Collector::close() {
  {
    const Lock lock(mutex_);
    closing_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Collector::run() {
  while (true) {
    {
      const Lock lock(mutex_);
      while (waiting_.empty() && !closing_) changed_.wait(mutex_);
      if (waiting_.empty()) return;
    }
    collect_next();
  }
}

bool Collector::collect_next() {
  std::unique_ptr<MatchClaim> claim;
  {
    const Lock lock(mutex_);
    if (waiting_.empty()) return false;
    claim = std::move(waiting_.front());
    waiting_.pop_front();
  }
  const auto finished = finish(state_, *claim);
  // Who took the match over finishes it.
  if (!finished && !claim->lease().has(Signal::lost)) state_.given_up.add(claim->match().id, finished.error());
  return true;
}

}  // namespace matchrunner
