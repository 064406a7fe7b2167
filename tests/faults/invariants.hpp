// SPDX-License-Identifier: Apache-2.0
// What must hold when a fleet has played all its matches, whatever was done to its processes meanwhile.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "faults/places.hpp"
#include "faults/tally.hpp"
#include "matchrunner/domain/event.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner::test {

struct Aftermath {
  std::vector<Match> matches;  // all that were submitted
  std::vector<Event> journal;
  std::vector<GameReport> reports;
  std::map<std::string, std::string> sink_paths;  // by the sink's name
  std::shared_ptr<ArtifactSink> artifacts;
};

// Adds what was counted, and a violation for each fault.
void check_invariants(const Aftermath& aftermath, Tally& tally);

}  // namespace matchrunner::test
