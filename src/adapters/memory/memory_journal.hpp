// SPDX-License-Identifier: Apache-2.0
// MemoryJournal: the events of a memory store, numbered without gaps. One thread at a time.
#pragma once

#include <deque>

#include "matchrunner/domain/record.hpp"

namespace matchrunner {

class MemoryJournal {
 public:
  // Returns the event's sequence.
  std::uint64_t append(Event event, Time at);

  EventPage after(const EventQuery& query) const;

  std::uint64_t trim(std::uint64_t through);

 private:
  std::deque<Event> events_;
  std::uint64_t last_ = 0;
};

}  // namespace matchrunner
