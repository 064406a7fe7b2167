// SPDX-License-Identifier: Apache-2.0
// ArtifactRemoval: removes artifacts of matches that are forgotten, each from the sink that it was kept in. Of a sink
// that is away, or never removes, nothing more is asked. Made for one prune, used by one thread.
#pragma once

#include <map>
#include <string>

#include "runtime/runner_state.hpp"

namespace matchrunner {

class ArtifactRemoval {
 public:
  explicit ArtifactRemoval(RunnerState& state) : state_(state) {}

  Result<void> remove(const Match& match, const Artifact& artifact, const Context& context);

 private:
  RunnerState& state_;
  std::map<std::string, Error> away_;  // by the URL of the match's storage, empty for the runner's own sink
};

}  // namespace matchrunner
