// SPDX-License-Identifier: Apache-2.0
// Context: until when a blocking call may take, and how it is told to stop.
// A value; safe to copy to any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <utility>

#include "matchrunner/base/result.hpp"
#include "matchrunner/base/time.hpp"

namespace matchrunner {

struct Context {
  using Clock = std::chrono::steady_clock;

  Clock::time_point deadline = Clock::time_point::max();
  std::stop_token stop = {};

  static Context within(milliseconds time, std::stop_token stop = {}) { return {Clock::now() + time, std::move(stop)}; }

  bool has_deadline() const { return deadline != Clock::time_point::max(); }

  // What is left, never negative; at most a day, so that it fits every system call.
  milliseconds remaining() const {
    constexpr milliseconds day = std::chrono::hours(24);
    if (!has_deadline()) return day;
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    return std::clamp(left, milliseconds(0), day);
  }

  // `cancelled`, `timeout`, or success when the call may go on.
  Result<void> check() const {
    if (stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
    if (has_deadline() && Clock::now() >= deadline) return Error{ErrorCode::timeout, "the deadline passed"};
    return {};
  }
};

}  // namespace matchrunner
