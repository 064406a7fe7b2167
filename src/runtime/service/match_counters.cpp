// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/match_counters.hpp"

#include <algorithm>

namespace matchrunner {
namespace {

double seconds_between(Time from, Time to) { return std::max(0.0, std::chrono::duration<double>(to - from).count()); }

}  // namespace

void Histogram::observe(double seconds) {
  for (std::size_t i = 0; i < bounds.size(); ++i)
    if (seconds <= bounds[i]) ++counts[i];
  ++count;
  sum += seconds;
}

void MatchCounters::count(const MatchBoard::Step& step, const EventFacts& facts) {
  const Lock lock(mutex_);
  if (step.event == MatchEvent::started)
    counts_.queue_seconds.observe(seconds_between(step.before.queued_at, step.after.since));
  if (step.event == MatchEvent::ended)
    counts_.run_seconds.observe(seconds_between(step.before.since, step.after.since));
  if (step.event == MatchEvent::lapse) ++counts_.lapses;
  // The outcome comes once, when it stands, and again when a match fails or is stopped in `collecting`.
  if (facts.outcome && step.before.state != MatchState::collecting)
    for (const SeatOutcome& seat : facts.outcome->seats) ++counts_.verdicts[seat.verdict];
  if (is_terminal(step.after.state))
    ++counts_.ended[{step.after.state, facts.outcome ? facts.outcome->fault : Fault::none}];
}

void MatchCounters::count_stored(const EventFacts& facts) {
  const Lock lock(mutex_);
  for (const Artifact& artifact : facts.artifacts) {
    if (artifact.missing) continue;
    ++counts_.artifacts;
    counts_.artifact_bytes += artifact.bytes;
  }
}

MatchCounts MatchCounters::counts() const {
  const Lock lock(mutex_);
  return counts_;
}

}  // namespace matchrunner
