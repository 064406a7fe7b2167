// SPDX-License-Identifier: Apache-2.0
// EventSink: takes events to the world outside, at least once, in order for each subject.
// Used by one thread at a time. publish may block up to its context's deadline.
#pragma once

#include <span>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/event.hpp"

namespace matchrunner {

struct EventSinkCapabilities {
  bool durable = false;  // what publish counted survives a power cut
};

class EventSink {
 public:
  virtual ~EventSink() = default;

  virtual EventSinkCapabilities capabilities() const = 0;

  // Takes a prefix of `events` and returns its length: those will not be offered again. An empty span keeps the
  // connection alive. `unavailable` is retried with backoff; any other error too, and is shown as the reason why
  // events wait. After a crash the same events may come again: sequence and epoch tell.
  virtual Result<std::size_t> publish(std::span<const Event> events, const Context& context) = 0;
};

}  // namespace matchrunner
