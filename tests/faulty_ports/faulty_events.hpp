// SPDX-License-Identifier: Apache-2.0
// An EventSink that goes wrong by a CallScript, or is down, and keeps what it was given.
// publish by one thread at a time, everything else from any.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.hpp"
#include "faulty_ports/call_script.hpp"
#include "matchrunner/ports/event_sink.hpp"

namespace matchrunner::test {

class FaultyEvents : public EventSink {
 public:
  explicit FaultyEvents(std::shared_ptr<CallScript> script = std::make_shared<CallScript>())
      : script_(std::move(script)) {}

  std::atomic<bool> down{false};        // every call fails
  std::atomic<std::size_t> calls{0};    // that offered events
  std::atomic<std::size_t> longest{0};  // the most events that one call was offered

  EventSinkCapabilities capabilities() const override { return {}; }

  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    if (events.empty()) return std::size_t{0};
    ++calls;
    longest = std::max(longest.load(), events.size());
    if (down) return Error{ErrorCode::unavailable, "the wire is cut", "faulty sink"};
    const Mishap mishap = script_->next("publish", context);
    if (mishap == Mishap::fails) return CallScript::error();
    const bool all = mishap == Mishap::none || mishap == Mishap::slow;
    const std::size_t count = all ? events.size() : events.size() / 2;
    const Lock lock(mutex_);
    taken_.insert(taken_.end(), events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
    if (mishap == Mishap::half) return CallScript::error();
    return count;
  }

  std::vector<Event> taken() const {
    const Lock lock(mutex_);
    return taken_;
  }

 private:
  const std::shared_ptr<CallScript> script_;
  mutable Mutex mutex_;
  std::vector<Event> taken_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner::test
