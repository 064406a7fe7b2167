// SPDX-License-Identifier: Apache-2.0
// The ports of one virtual runner: to the world's store, artifacts and sink over a line of its own, and an executor
// whose programs end when the schedule says so. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "matchrunner/ports/event_sink.hpp"
#include "matchrunner/ports/executor.hpp"
#include "simulation/world.hpp"

namespace matchrunner::simulation {

// Thrown out of a commit: the process is gone in the middle of it.
struct PowerLoss {};

// One runner's line to the rest.
struct Line {
  std::string runner;
  enum class Cut : unsigned char { none, before_commit, after_commit };
  int outage = 0;                             // so many calls on the store fail
  bool lose_answer = false;                   // the next commit is done and reported as failed
  Cut cut = Cut::none;                        // PowerLoss at the next commit
  std::function<void()> meanwhile = nullptr;  // before and after a commit: what others do meanwhile
};

std::shared_ptr<StateStore> make_store(World& world, std::shared_ptr<Line> line);
std::shared_ptr<ArtifactSink> make_artifacts(World& world);
std::shared_ptr<EventSink> make_sink(World& world);
std::shared_ptr<Executor> make_executor(World& world);

}  // namespace matchrunner::simulation
