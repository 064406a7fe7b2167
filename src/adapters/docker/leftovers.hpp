// SPDX-License-Identifier: Apache-2.0
// What runs have left on an engine: containers, networks and volumes, found by their labels, and none but those. One
// thread.
#pragma once

#include <chrono>
#include <memory>

#include "adapters/docker/engine.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

class Leftovers {
 public:
  explicit Leftovers(std::shared_ptr<Engine> engine) : engine_(std::move(engine)) {}

  // All of this match's earlier runs.
  Result<void> remove_older_than(const MatchPlan& plan, const Context& context);

  // Of runs of this host whose folder is gone: they belong to no match. Once a minute at most.
  void sweep(const Context& context);

 private:
  const std::shared_ptr<Engine> engine_;
  std::chrono::steady_clock::time_point sweep_at_{};
};

}  // namespace matchrunner::docker
