// SPDX-License-Identifier: Apache-2.0
// Mutex and Lock: std::mutex with clang's thread-safety annotations (-Wthread-safety), which are nothing elsewhere.
#pragma once

#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define MATCHRUNNER_THREAD(x) __attribute__((x))
#else
#define MATCHRUNNER_THREAD(x)
#endif

#define MATCHRUNNER_GUARDED_BY(mutex) MATCHRUNNER_THREAD(guarded_by(mutex))
#define MATCHRUNNER_REQUIRES(mutex) MATCHRUNNER_THREAD(requires_capability(mutex))

namespace matchrunner {

class MATCHRUNNER_THREAD(capability("mutex")) Mutex {
 public:
  void lock() MATCHRUNNER_THREAD(acquire_capability()) { mutex_.lock(); }
  void unlock() MATCHRUNNER_THREAD(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class MATCHRUNNER_THREAD(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) MATCHRUNNER_THREAD(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() MATCHRUNNER_THREAD(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits with the mutex held, as the lock it was made with; takes a stop token (condition_variable_any).
using Condition = std::condition_variable_any;

}  // namespace matchrunner
