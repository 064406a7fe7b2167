// SPDX-License-Identifier: Apache-2.0
// Collector: takes matches that have run, ends them, and brings their artifacts from the spool to the sinks. One thread
// ends matches, others bring artifacts to remote sinks, so that no match ends later because of another's uploads:
//
//   handed over -> ended                                  and its artifacts stored, when they go to a local sink
//                  -> waiting -> under way -> stored      or given back, to be handed over again later
//
// Under way are as many matches as there are threads, and at once as many artifacts, of one match and of several, in
// the order in which they came, as far as their sinks have places (delivery.hpp). A match stays under lease until all
// that it left is settled; the thread that settled the last commits that. hand_over() from any thread.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "runtime/delivery.hpp"

namespace matchrunner {

class Collector {
 public:
  explicit Collector(RunnerState& state);
  ~Collector() { close(); }

  void start();
  void hand_over(std::unique_ptr<MatchClaim> claim);

  // One step of the threads, by whoever has not started them: ends a match that waits, begins with the artifacts of one
  // or brings one; false: there is nothing to do.
  bool collect_next() { return end_next() || store_next(); }

  // Finishes what was handed over, then ends the threads. Uploads to a remote sink go on as long as they get on: when
  // none ends well for `collect_timeout`, what is left is for the next runner on this host. Idempotent.
  void close();

 private:
  using Waiting = std::deque<std::unique_ptr<MatchClaim>>;

  struct Ending {  // matches in `collecting`
    Mutex mutex;
    Condition changed;
    Waiting waiting MATCHRUNNER_GUARDED_BY(mutex);
    bool closing MATCHRUNNER_GUARDED_BY(mutex) = false;
    std::thread thread;
  };

  struct Storing {  // matches that have ended
    Mutex mutex;
    Condition changed;
    Waiting waiting MATCHRUNNER_GUARDED_BY(mutex);
    std::list<std::shared_ptr<Delivery>> under_way MATCHRUNNER_GUARDED_BY(mutex);
    std::size_t busy MATCHRUNNER_GUARDED_BY(mutex) = 0;     // threads at a step
    std::size_t opening MATCHRUNNER_GUARDED_BY(mutex) = 0;  // of these, at one that adds to `under_way`
    bool closing MATCHRUNNER_GUARDED_BY(mutex) = false;
    bool ended MATCHRUNNER_GUARDED_BY(mutex) = false;
    std::size_t stored MATCHRUNNER_GUARDED_BY(mutex) = 0;  // artifacts
    std::vector<std::thread> threads;
  };

  // What a thread is to do next: bring one artifact, or begin with a match.
  struct Step {
    std::shared_ptr<Delivery> delivery;
    std::size_t artifact = 0;
    std::unique_ptr<MatchClaim> claim;
  };

  void run_ending();
  void run_storing();
  bool end_next();
  bool store_next();
  bool next_step(Step& step) MATCHRUNNER_REQUIRES(storing_.mutex);
  void take(Step step);
  void end(Delivery& delivery);
  void leave_what_stands_still();

  RunnerState& state_;
  const std::size_t uploads_;  // at once
  std::stop_source leave_;     // uploads: to the next runner
  Ending ending_;
  Storing storing_;
};

}  // namespace matchrunner
