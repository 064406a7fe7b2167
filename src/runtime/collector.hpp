// SPDX-License-Identifier: Apache-2.0
// Collector: takes matches that have run, ends them, and brings their artifacts from the spool to the sink; a thread
// for either, so that none ends later because of another's uploads. hand_over() from any thread. Its matches stay under
// lease until they have ended and every artifact is stored, or is to be tried again later.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <stop_token>
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

  // One step of the threads, by whoever has not started them: goes on with a match that waits; false: there is none.
  bool collect_next();

  // Finishes what was handed over, then ends the threads. Uploads to a remote sink go on as long as they get on: when
  // none ends well for `collect_timeout`, what is left is for the next runner on this host. Idempotent.
  void close();

 private:
  struct Lane {
    Mutex mutex;
    Condition changed;
    std::deque<std::unique_ptr<MatchClaim>> waiting MATCHRUNNER_GUARDED_BY(mutex);
    bool closing MATCHRUNNER_GUARDED_BY(mutex) = false;
    bool ended MATCHRUNNER_GUARDED_BY(mutex) = false;
    std::size_t stored MATCHRUNNER_GUARDED_BY(mutex) = 0;
    std::thread thread;
  };

  Lane& ending() { return lanes_[0]; }   // of matches in `collecting`
  Lane& storing() { return lanes_[1]; }  // of matches that have ended

  void run(Lane& lane);
  bool collect_next(Lane& lane);
  void leave_what_stands_still();

  RunnerState& state_;
  std::stop_source leave_;  // uploads: to the next runner
  std::array<Lane, 2> lanes_;
};

}  // namespace matchrunner
