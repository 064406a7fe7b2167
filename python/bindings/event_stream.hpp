// SPDX-License-Identifier: Apache-2.0
// StreamHandle: an EventStream as Python iterates it. The stream is for one thread at a time; a second one that calls
// next() meanwhile gets `conflict` rather than a race.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "matchrunner/runner.hpp"

namespace matchrunner::python {

class StreamHandle {
 public:
  explicit StreamHandle(std::shared_ptr<EventStream> stream) : stream_(std::move(stream)) {}

  // The next event, or nothing when the time is over. With the GIL; Ctrl-C ends it.
  std::optional<Event> next(std::optional<double> timeout);

  // The next event, however long it takes; StopIteration once the runner is closed and everything was read.
  Event next_of_iteration();

  int fileno() const { return stream_->fileno(); }

 private:
  Result<std::optional<Event>> next_in(const Context& context);

  std::shared_ptr<EventStream> stream_;
  std::atomic_flag busy_;
};

}  // namespace matchrunner::python
