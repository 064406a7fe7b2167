// SPDX-License-Identifier: Apache-2.0
// CallScript: which call on a port goes wrong, and how; shared by the decorators of one scenario, and counts what it
// sees. Safe from any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clocks.hpp"
#include "base/mutex.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner::test {

enum class Mishap : unsigned char {
  none,
  fails,    // nothing is done, and the caller is told so
  half,     // something is done, or all of it, and the caller is told that it failed
  partial,  // something is done, and the caller is told how much
  slow,     // it is done, but takes longer than a lease
};

class CallScript {
 public:
  CallScript() = default;
  CallScript(std::string call, int nth, Mishap mishap) : call_(std::move(call)), nth_(nth), mishap_(mishap) {}

  // Counts a call of this kind; how it is to go. A slow one has been slow when this returns.
  Mishap next(const std::string& call, const Context& context) {
    {
      const Lock lock(mutex_);
      if (++seen_[call] != nth_ || call != call_) return Mishap::none;
    }
    if (mishap_ == Mishap::slow) let_pass(longer_than_a_lease, context);
    return mishap_;
  }

  // How often each kind of call was seen.
  std::map<std::string, int> seen() const {
    const Lock lock(mutex_);
    return seen_;
  }

  static Error error() { return {ErrorCode::unavailable, "as the script asked", "faulty port"}; }
  static constexpr milliseconds longer_than_a_lease{600};

 private:
  const std::string call_;
  const int nth_ = 0;
  const Mishap mishap_ = Mishap::none;
  mutable Mutex mutex_;
  std::map<std::string, int> seen_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner::test
