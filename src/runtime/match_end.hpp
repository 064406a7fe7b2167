// SPDX-License-Identifier: Apache-2.0
// How a match that has run ends, and what is told when a try to store its artifacts is over. Used by one thread.
#pragma once

#include <optional>
#include <vector>

#include "runtime/match_claim.hpp"

namespace matchrunner {

// What a try came to.
struct Collected {
  std::vector<Artifact> artifacts;
  std::optional<Error> error;  // why at least one has no URI: of several what can pass first, then the first by name
  bool refused = false;        // it is the sink's error
  bool surplus = false;        // more files were left than one match may leave
};

// What can pass by itself: the artifacts follow later. Anything else is final, but that a remote sink refuses what it
// may take once somebody has mended rights or a bucket.
bool passes(ErrorCode code);

// Its artifacts are stored at a later try: it only ends at the first.
bool stores_later(const RunnerState& state, const Match& match);

// Commits it. The match has ended after it, and is given back; with artifacts left to store it gets a timer, at which a
// keeper hands it over again. A match whose artifacts go to a remote sink only ends at the first try: it is kept, and
// they are stored at the next, which need not wait.
Result<void> end_try(RunnerState& state, MatchClaim& claim, const Collected& collected);

}  // namespace matchrunner
