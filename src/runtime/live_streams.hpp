// SPDX-License-Identifier: Apache-2.0
// LiveStreams: sends artifacts to their targets while they grow, on a thread of its own, which there is once a match
// has streams. No match, slot or upload waits for it. begin() and end() from any thread.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "runtime/followed_run.hpp"

namespace matchrunner {

struct RunnerState;

class LiveStreams {
 public:
  explicit LiveStreams(RunnerState& state) : state_(state) {}
  ~LiveStreams() { close(); }

  // Its run folder is there: what grows in it is followed.
  void begin(const Match& match);

  // Some of what its programs leave goes somewhere while it grows.
  bool want_output(const Match& match) const;

  // Nothing is written there any more. Once this returns, the folder may go. What has not gone to its target yet may
  // still go, for the time of grace.
  void end(const Match& match);

  // Returns when all streams of matches that have ended are through or their grace is over. Idempotent.
  void close();

 private:
  struct Row {
    std::shared_ptr<FollowedRun> run;
    BootClock::time_point until = BootClock::time_point::max();
  };

  void run();
  std::vector<Row> wait(bool at_once);
  void tell(const FollowedRun& run);

  RunnerState& state_;
  Mutex mutex_;
  Condition changed_;
  std::vector<Row> rows_ MATCHRUNNER_GUARDED_BY(mutex_);
  bool news_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  bool closing_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::thread thread_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
