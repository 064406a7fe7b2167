// SPDX-License-Identifier: Apache-2.0
// Round: a fleet on a new store plays some matches while its processes are killed and stopped at random; then what must
// hold is checked. One thread.
#pragma once

#include <functional>
#include <memory>
#include <random>

#include "faults/fleet.hpp"
#include "faults/invariants.hpp"
#include "faults/journal.hpp"
#include "faults/process_scan.hpp"
#include "faults/tally.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner::test {

struct RoundOptions {
  std::uint32_t seed = 0;
  std::string folder;  // empty, kept
  std::string store;   // URL; "{folder}" is replaced in this and the next
  std::string artifacts;
  int matches = 100;
  int runners = 2;
  int slots = 2;
  milliseconds lease{1500};
  std::function<void()> progress;  // called every now and then; may be empty
};

struct Sleep;

class Round {
 public:
  Round(RoundOptions options, Tally& tally);
  ~Round();
  Round(const Round&) = delete;
  Round& operator=(const Round&) = delete;

  void play();

 private:
  using Clock = Context::Clock;
  struct Member;
  struct FaultRow;
  static const FaultRow fault_rows[];

  void submit();
  bool step(milliseconds time);  // waits and looks after the fleet; false: nothing has happened for too long
  void look_after(Member& member);
  bool look_for_gone(Member& member);
  void injure();
  void see_launchers();
  void remove(Member& member);
  void let_matches_end(const Sleep& sleep);
  void let_end();
  void check();
  void check_nothing_is_left();
  std::uint32_t random(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
  bool until(const std::function<bool()>& condition, const std::string& what);

  // Faults; false: there was nobody to hit.
  bool kill_runner();
  bool kill_fleet();
  bool stop_runner();
  bool kill_init();
  bool kill_launcher();

  const RoundOptions options_;
  Tally& tally_;
  std::minstd_rand random_;
  const std::string prefix_;  // of the ids of its matches
  Places places_;
  FleetPlan plan_;
  std::unique_ptr<Runner> desk_;  // submits and watches
  std::shared_ptr<ArtifactSink> artifacts_;
  Journal journal_;
  std::vector<std::string> ids_;
  std::vector<GameReport> reports_;
  std::vector<std::unique_ptr<Member>> fleet_;
  std::vector<Process> launchers_;  // all that were seen
  std::size_t done_before_ = 0;
  Clock::time_point news_at_ = Clock::now();
};

}  // namespace matchrunner::test
