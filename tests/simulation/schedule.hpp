// SPDX-License-Identifier: Apache-2.0
// Schedule: some runners on one store, and what happens to them, all of it decided by one number. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/virtual_runner.hpp"

namespace matchrunner::simulation {

class Schedule {
 public:
  // `folder`: for the spools; left empty.
  Schedule(std::uint32_t seed, const std::string& folder);
  ~Schedule();

  // Some turmoil, then calm, in which all must end well. What did not hold, with the story of it; empty: all did.
  std::string play();

  // How often each thing happened, over all schedules of this thread.
  static std::map<std::string, std::size_t>& happened();

 private:
  struct Action;
  static const std::vector<Action>& actions();

  void act(std::size_t runner, bool amid_another);
  void lose_power(std::size_t runner);
  void boot(std::size_t runner);
  void submit(VirtualRunner& runner);
  void stop_something(VirtualRunner& runner);
  void end_something();
  void prune(VirtualRunner& runner);
  void settle();
  void settle_once(VirtualRunner& runner);

  World world_;
  const std::string folder_;
  const bool long_;  // most are short: what goes wrong at all mostly does within a few steps
  std::vector<std::unique_ptr<VirtualRunner>> runners_;
  int lives_ = 0;
  std::uint32_t wanted_ = 0;  // matches to be submitted yet
  std::uint32_t next_match_ = 0;
  std::vector<std::size_t> busy_;  // runners in the middle of something
};

}  // namespace matchrunner::simulation
