// SPDX-License-Identifier: Apache-2.0
// PrepareNews: what an executor tells while it prepares and starts a match, as events of that match: of what it
// prepares one a second at most, of seats that are started only to whoever asked by an older message, and none that
// keeps the executor waiting for a slow store. An executor that is written elsewhere may tell from any thread and too
// late: what comes after close() is dropped.
#pragma once

#include "base/mutex.hpp"
#include "matchrunner/domain/match_plan.hpp"
#include "runtime/match_claim.hpp"

namespace matchrunner {

class PrepareNews {
 public:
  PrepareNews(RunnerState& state, MatchClaim& claim) : state_(state), claim_(claim) {}

  void tell(const PrepareProgress& progress);
  void tell(const StartProgress& progress);
  void close();

 private:
  bool commit(const char* type, std::string body, milliseconds patience) MATCHRUNNER_REQUIRES(mutex_);

  RunnerState& state_;
  MatchClaim& claim_;
  Mutex mutex_;
  BootClock::time_point next_at_ MATCHRUNNER_GUARDED_BY(mutex_){};
  bool closed_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
};

}  // namespace matchrunner
