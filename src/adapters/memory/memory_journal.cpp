// SPDX-License-Identifier: Apache-2.0
#include "adapters/memory/memory_journal.hpp"

#include <utility>

namespace matchrunner {

std::uint64_t MemoryJournal::append(Event event, Time at) {
  event.sequence = ++last_;
  event.at = at;
  events_.push_back(std::move(event));
  return last_;
}

EventPage MemoryJournal::after(const EventQuery& query) const {
  EventPage page;
  page.next_after = last_;
  if (query.after >= last_) return page;
  const std::uint64_t before_first = last_ - events_.size();
  std::size_t at = query.after <= before_first ? 0 : static_cast<std::size_t>(query.after - before_first);
  for (; at < events_.size(); ++at) {
    const Event& event = events_[at];
    if (query.kind && *query.kind != event.kind) continue;
    if (query.subject && *query.subject != event.subject) continue;
    page.events.push_back(event);
    if (page.events.size() < query.limit) continue;
    page.next_after = event.sequence;
    break;
  }
  return page;
}

std::uint64_t MemoryJournal::trim(std::uint64_t through) {
  std::uint64_t dropped = 0;
  for (; !events_.empty() && events_.front().sequence <= through; ++dropped) events_.pop_front();
  return dropped;
}

}  // namespace matchrunner
