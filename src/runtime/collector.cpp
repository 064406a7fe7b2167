// SPDX-License-Identifier: Apache-2.0
#include "runtime/collector.hpp"

#include <algorithm>
#include <array>
#include <chrono>

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

// What can pass by itself: the artifacts follow later. Anything else is final, but that a remote sink refuses what it
// may take once somebody has mended rights or a bucket.
bool passes(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::timeout || code == ErrorCode::cancelled ||
         code == ErrorCode::callback;
}

struct Collected {
  std::vector<Artifact> artifacts;
  std::optional<Error> error;  // why at least one has no URI
  bool refused = false;        // it is the sink's error
  bool surplus = false;        // more files were left than one match may leave
};

bool has_uri(const Artifact& artifact) { return !artifact.uri.empty(); }

std::vector<Artifact> all_missing(std::vector<Artifact> artifacts) {
  for (Artifact& artifact : artifacts)
    if (!has_uri(artifact)) artifact.missing = true;
  return artifacts;
}

Result<std::string> store(RunnerState& state, const Match& match, const std::string& name, int file,
                          const Context& context) {
  const auto sink = sink_of(state, match, name);
  if (!sink) return sink.error();
  SharedArtifacts::Progress progress;
  if ((*sink)->remote()) {
    progress.token = upload_token(match.spool_folder, name);
    progress.keep = [&](const std::string& token) { keep_upload_token(match.spool_folder, name, token); };
  }
  const Error closed{ErrorCode::cancelled, "its runner closed"};
  if (context.stop.stop_requested()) return closed;
  auto uri = (*sink)->store({match.id, match.epoch, name}, file, progress, context);
  return !uri && context.stop.stop_requested() ? closed : std::move(uri);
}

constexpr std::uint64_t least_bytes_a_ms = 16;  // a slower line is one that stands still

// For what is known of a match's artifacts: so that a long one can be stored at all, and a short one does not wait.
Context storing_time(const RunnerState& state, const Match& match, const std::stop_token& stop) {
  std::uint64_t bytes = 0;
  for (const Artifact& artifact : match.artifacts) bytes += has_uri(artifact) ? 0 : artifact.bytes;
  return Context::within(state.options.collect_timeout + milliseconds(bytes / least_bytes_a_ms), stop);
}

// Describes every spooled file, and, if they are to be stored now, stores those that have no URI yet.
Collected collect(RunnerState& state, const Match& match, bool storing, const std::stop_token& stop) {
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
  const Context context = storing_time(state, match, stop);
  for (const std::string& name : spooled->names) {
    const auto known = std::find_if(match.artifacts.begin(), match.artifacts.end(),
                                    [&](const Artifact& artifact) { return artifact.name == name; });
    const bool is_known = known != match.artifacts.end();
    if (is_known && has_uri(*known)) {
      collected.artifacts.push_back(*known);
      continue;
    }
    const auto file = open_spooled(match.spool_folder, name);
    if (!file && file.error().code == ErrorCode::not_found) continue;
    auto artifact = !file ? Result<Artifact>(file.error()) : is_known ? *known : described(name, file->get());
    if (!artifact) {
      collected.error = artifact.error();
      continue;
    }
    if (storing && !collected.error) {
      auto uri = store(state, match, name, file->get(), context);
      collected.refused = !uri;
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

// One try. The match has ended after it, and is given back; with artifacts left to store it gets a timer, at which a
// keeper hands it over again. A match whose artifacts go to a remote sink only ends at the first try: it is kept, and
// they are stored at the next, which need not wait.
Result<void> finish(RunnerState& state, MatchClaim& claim, const std::stop_token& stop) {
  const bool first = claim.match().state == MatchState::collecting;
  const bool remote = stores_remotely(state, claim.match());
  const bool later = first && remote;
  const Collected collected = collect(state, claim.match(), !later, stop);
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

}  // namespace

void Collector::start() {
  for (Lane& lane : lanes_) lane.thread = std::thread([this, &lane] { run(lane); });
}

void Collector::hand_over(std::unique_ptr<MatchClaim> claim) {
  Lane& lane = claim->match().state == MatchState::collecting ? ending() : storing();
  const Lock lock(lane.mutex);
  lane.waiting.push_back(std::move(claim));
  lane.changed.notify_all();
}

void Collector::close() {
  for (Lane& lane : lanes_) {  // what the first has ended goes to the second
    {
      const Lock lock(lane.mutex);
      lane.closing = true;
      lane.changed.notify_all();
    }
    if (!lane.thread.joinable()) continue;
    if (&lane == &storing()) leave_what_stands_still();
    lane.thread.join();
  }
}

// Returns when the uploads have ended, or are told to.
void Collector::leave_what_stands_still() {
  Lane& lane = storing();
  const Lock lock(lane.mutex);
  for (bool late = false; !lane.ended && !late;) {
    const std::size_t stored = lane.stored;
    const auto until = std::chrono::steady_clock::now() + state_.options.collect_timeout;
    while (!lane.ended && lane.stored == stored && !late)
      late = lane.changed.wait_until(lane.mutex, until) == std::cv_status::timeout;
  }
  if (!lane.ended) leave_.request_stop();
}

void Collector::run(Lane& lane) {
  while (true) {
    {
      const Lock lock(lane.mutex);
      while (lane.waiting.empty() && !lane.closing) lane.changed.wait(lane.mutex);
      lane.ended = lane.waiting.empty();
      lane.changed.notify_all();
      if (lane.ended) return;
    }
    collect_next(lane);
  }
}

bool Collector::collect_next() { return collect_next(ending()) || collect_next(storing()); }

bool Collector::collect_next(Lane& lane) {
  std::unique_ptr<MatchClaim> claim;
  {
    const Lock lock(lane.mutex);
    if (lane.waiting.empty()) return false;
    claim = std::move(lane.waiting.front());
    lane.waiting.pop_front();
  }
  const auto finished = finish(state_, *claim, &lane == &storing() ? leave_.get_token() : std::stop_token());
  // Who took the match over finishes it.
  if (!finished && !claim->lease().has(Signal::lost)) state_.given_up.add(claim->match().id, finished.error());
  const bool stored = finished && claim->match().stored_at;
  if (finished && claim->held()) hand_over(std::move(claim));
  const Lock lock(lane.mutex);
  lane.stored += stored ? 1 : 0;
  lane.changed.notify_all();
  return true;
}

}  // namespace matchrunner
