// SPDX-License-Identifier: Apache-2.0
// Collector: takes matches that have run and brings their artifacts from the spool to the sink, on a thread of its own.
// hand_over() from any thread. Its matches stay under lease until they have ended and every artifact is stored.
#pragma once

#include <deque>
#include <memory>
#include <thread>

#include "base/mutex.hpp"
#include "runtime/match_claim.hpp"

namespace matchrunner {

class Collector {
 public:
  explicit Collector(RunnerState& state) : state_(state) {}
  ~Collector() { close(); }

  void start();
  void hand_over(std::unique_ptr<MatchClaim> claim);

  // One step of the thread, by whoever has not started it: finishes a match that waits; false: there is none.
  bool collect_next();

  // Finishes what was handed over, then ends the thread. Idempotent.
  void close();

 private:
  void run();

  RunnerState& state_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::unique_ptr<MatchClaim>> waiting_ MATCHRUNNER_GUARDED_BY(mutex_);
  bool closing_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace matchrunner
