// SPDX-License-Identifier: Apache-2.0
// World: what is true in a simulation whatever the runners believe: the time, the store, the programs that are alive,
// what the sink was given; and whether it is as promised. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/clocks.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner::simulation {

// The programs of one run, as the host has them.
struct Programs {
  std::string match;
  std::uint64_t epoch = 0;
  BootClock::time_point deadline{};  // their launcher kills them then, also while its runner is frozen
  bool ended = false;
  bool lost = false;  // their launcher is gone, and they with it
};

class World {
 public:
  explicit World(std::uint32_t seed);

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  bool chance(std::uint32_t percent) { return !calm && below(100) < percent; }

  BootClock::time_point now() const { return BootClock::time_point(std::chrono::hours(1)) + elapsed_; }
  Time wall() const;
  void pass(BootClock::duration time) { elapsed_ += time; }
  Clocks clocks();

  // What was seen, for whoever has to understand a fault; and the first promise that did not hold.
  // Words and numbers: nothing is put together for what holds.
  template <class... Words>
  void tell(const Words&... words) {
    story_ << "  ";
    (story_ << ... << words) << '\n';
  }
  template <class... Words>
  void expect(bool holds, const Words&... promise) {
    if (holds || !broken_.empty()) return;
    std::ostringstream text;
    (text << ... << promise);
    broken_ = text.str();
    tell("BROKEN: ", broken_);
  }
  const std::string& broken() const { return broken_; }
  std::string story() const { return story_.str(); }

  std::shared_ptr<Programs> start(Programs programs);
  std::vector<std::shared_ptr<Programs>> alive() const;

  // Judges a commit of this runner that the store has taken.
  void committed(const std::string& runner, const Batch& batch, const CommitReceipt& receipt);
  // Judges what a sink takes.
  void published(const Event& event);
  // Judges the programs that are alive.
  void check_programs();
  // Judges the end: nothing is under way or waits any more.
  bool settled();

  const std::shared_ptr<StateStore> store;
  const std::shared_ptr<ArtifactSink> artifacts = make_memory_artifacts();
  bool calm = false;            // nothing goes wrong any more
  bool artifacts_down = false;  // as everybody sees them
  bool artifacts_remote = false;
  bool sink_down = false;
  std::set<std::string> submitted;

 private:
  struct Known {
    std::uint64_t version = 0;
    std::uint64_t epoch = 0;
    std::string state;
    std::string holder;
    int outcomes = 0;
    int ends = 0;
  };
  void committed(const Write& write, std::uint64_t version, std::uint64_t epoch);

  std::mt19937 random_;
  BootClock::duration elapsed_{};
  std::map<std::pair<std::string, std::string>, Known> known_;
  std::set<std::string> pruned_;
  std::vector<std::weak_ptr<Programs>> programs_;
  std::uint64_t newest_published_ = 0;
  std::uint64_t head_ = 0;
  std::ostringstream story_;
  std::string broken_;
};

}  // namespace matchrunner::simulation
