// SPDX-License-Identifier: Apache-2.0
// WorkSignal: wakes workers when there may be something to claim. Safe from any thread.
#pragma once

#include <cstdint>

#include "base/mutex.hpp"

namespace matchrunner {

class WorkSignal {
 public:
  void poke() {
    const Lock lock(mutex_);
    ++pokes_;
    changed_.notify_all();
  }

  void close() {
    const Lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  bool closed() const {
    const Lock lock(mutex_);
    return closed_;
  }

  std::uint64_t pokes() const {
    const Lock lock(mutex_);
    return pokes_;
  }

  // Blocks until there was a poke after `seen` or the signal is closed; false: closed.
  bool wait_past(std::uint64_t seen) {
    const Lock lock(mutex_);
    while (pokes_ <= seen && !closed_) changed_.wait(mutex_);
    return !closed_;
  }

 private:
  mutable Mutex mutex_;
  Condition changed_;
  std::uint64_t pokes_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
  bool closed_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
};

}  // namespace matchrunner
