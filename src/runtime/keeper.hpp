// SPDX-License-Identifier: Apache-2.0
// Keeper: renews every lease of the runner in one commit, fires due timers, takes up what lapsed, and sees what other
// processes wrote to the journal. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "runtime/collector.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class Keeper {
 public:
  // `head`: where the journal ended when the runner opened. `works`: this runner runs matches.
  Keeper(RunnerState& state, Collector& collector, std::uint64_t head, bool works)
      : state_(state), collector_(collector), head_(head), works_(works) {}
  ~Keeper() { close(); }

  void start();
  void close();

  // The steps of the thread, for whoever has not started it. False: the store is out of reach.
  bool read_journal();
  bool renew();
  void fire_timers();
  void take_up_lapsed();

 private:
  void run();
  Result<void> renew_once();
  bool is_ours(const Record& match) const;  // not for who runs one match only
  void lapse(const StoredMatch& stored);
  void end_lapsed(const StoredMatch& stored);
  void let_go(Match match, const Event& why);
  void collect(const StoredMatch& stored, const MatchChange& change);
  void sweep_spool();

  RunnerState& state_;
  Collector& collector_;
  std::uint64_t head_;
  const bool works_;
  Wakeup closing_wakeup_;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace matchrunner
