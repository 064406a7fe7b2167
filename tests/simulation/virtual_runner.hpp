// SPDX-License-Identifier: Apache-2.0
// VirtualRunner: the parts of a runner, none of which has its thread: they take the steps that a schedule gives them.
// Destroyed: as a process that loses power; nothing is written.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "runtime/collector.hpp"
#include "runtime/keeper.hpp"
#include "runtime/match_worker.hpp"
#include "runtime/outbox.hpp"
#include "runtime/runner_state.hpp"
#include "simulation/ports.hpp"

namespace matchrunner::simulation {

inline constexpr milliseconds lease{15'000};

struct VirtualRunner {
  VirtualRunner(World& world, const std::string& host, const std::string& name, const std::string& spool,
                std::size_t workers_here)
      : line(std::make_shared<Line>(Line{name})),
        state(options(world, name), Spool(spool), host, world.clocks()),
        keeper(state, collector, head_of(*world.store), true) {
    for (std::size_t i = 0; i < workers_here; ++i) workers.push_back(std::make_unique<MatchWorker>(state, collector));
  }

  const std::shared_ptr<Line> line;
  RunnerState state;
  Collector collector{state};
  Keeper keeper;
  std::vector<std::unique_ptr<MatchWorker>> workers;
  Outbox outbox{state, "site", state.options.sinks.at("site")};
  bool frozen = false;

 private:
  static std::uint64_t head_of(StateStore& store) {
    EventQuery end;
    end.after = std::numeric_limits<std::uint64_t>::max();
    return store.events(end, {}).value().next_after;
  }

  RunnerOptions options(World& world, const std::string& name) const {
    RunnerOptions options;
    options.store = make_store(world, line);
    options.artifacts = make_artifacts(world);
    options.executor = [&world] { return Result<std::shared_ptr<Executor>>(make_executor(world)); };
    options.sinks = {{"site", make_sink(world)}};
    options.name = name;
    options.lease = lease;
    return options;
  }
};

}  // namespace matchrunner::simulation
