// SPDX-License-Identifier: Apache-2.0
// LogQueue: the lines of a service until whoever runs it takes them. It holds a bounded number: when nobody takes them,
// the oldest go, and a line says how many. Safe from any thread.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "base/mutex.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/log_line.hpp"

namespace matchrunner {

class LogQueue {
 public:
  explicit LogQueue(LogLevel level) : level_(level) {}

  void set_level(LogLevel level);
  void put(LogLevel level, std::string message, std::string match = "");
  void close();

  // Nothing when the context's deadline passed without a line; `cancelled` by its stop token, or when the queue is
  // closed and empty.
  Result<std::optional<LogLine>> next(const Context& context);

 private:
  std::optional<LogLine> take() MATCHRUNNER_REQUIRES(mutex_);

  Mutex mutex_;
  Condition changed_;
  LogLevel level_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::deque<LogLine> lines_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::uint64_t dropped_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
  bool closed_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
};

}  // namespace matchrunner
