// SPDX-License-Identifier: Apache-2.0
// HeldBack: queued matches whose executor is away while others have theirs, and until when this runner leaves them in
// the queue. Safe from any thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/base/time.hpp"

namespace matchrunner {

class HeldBack {
 public:
  // Longer each time in a row.
  void hold(const std::string& match, BootClock::time_point now);
  void let_go(const std::string& match);

  bool holds(const std::string& match, BootClock::time_point now) const;
  std::size_t count() const;  // those that come before others in the queue and may have to be passed over

 private:
  struct Hold {
    int times = 0;
    BootClock::time_point until{};
  };
  mutable Mutex mutex_;
  std::map<std::string, Hold> matches_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
