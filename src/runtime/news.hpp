// SPDX-License-Identifier: Apache-2.0
// News: how far the journal is known to reach, and who is waiting for it to reach further.
// Safe from any thread. The keeper tells of other processes' commits, everybody of their own.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/mutex.hpp"
#include "base/wakeup.hpp"

namespace matchrunner {

class News {
 public:
  // The journal reaches at least `sequence`: wakes everybody when that is news.
  void reached(std::uint64_t sequence);

  std::uint64_t head() const;

  // Blocks until head() > seen; `timeout` and `cancelled` by the context, `cancelled` after close().
  Result<void> wait_past(std::uint64_t seen, const Context& context);

  // `wakeup` is set at every news and at close, as long as it lives.
  void subscribe(const std::shared_ptr<Wakeup>& wakeup);

  void close();
  bool closed() const;

 private:
  void wake_all() MATCHRUNNER_REQUIRES(mutex_);

  mutable Mutex mutex_;
  Condition changed_;
  std::uint64_t head_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
  bool closed_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<Wakeup>> wakeups_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
