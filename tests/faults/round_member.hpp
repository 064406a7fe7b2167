// SPDX-License-Identifier: Apache-2.0
// Round::Member: a place in the fleet, and the runner that has it now. Used by the round alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "faults/round.hpp"

namespace matchrunner::test {

// Of a runner that was stopped: what its launchers have to end by themselves, and when it goes on.
struct Sleep {
  Context::Clock::time_point look_at;
  Context::Clock::time_point wake_at;
  std::vector<Process> processes;
  std::set<std::string> matches;
  bool looked = false;
};

struct Round::Member {
  int index = 0;
  std::unique_ptr<FleetRunner> runner;  // null: killed, starts again at
  Clock::time_point start_at;
  std::optional<Sleep> sleep;
};

struct Round::FaultRow {
  const char* name;  // as counted
  std::uint32_t weight;
  bool (Round::*injure)();
};

}  // namespace matchrunner::test
