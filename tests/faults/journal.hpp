// SPDX-License-Identifier: Apache-2.0
// Journal: all events of a store, read as they come. One thread.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "matchrunner/ports/state_store.hpp"

namespace matchrunner::test {

class Journal {
 public:
  explicit Journal(std::shared_ptr<StateStore> store) : store_(std::move(store)) {}

  // Whether there was something new. A store that is out of reach has nothing new.
  bool read() {
    const std::size_t before = events_.size();
    while (true) {
      EventQuery query;
      query.after = after_;
      const auto page = store_->events(query, Context::within(std::chrono::seconds(10)));
      if (!page || page->next_after == after_) return events_.size() > before;
      for (const Event& event : page->events) {
        events_.push_back(event);
        if (event.type == "stored" || event.type == "fail" || event.type == "stop") done_.insert(event.subject);
      }
      after_ = page->next_after;
    }
  }

  const std::vector<Event>& events() const { return events_; }
  std::size_t done() const { return done_.size(); }  // matches that have ended and whose artifacts are stored

 private:
  const std::shared_ptr<StateStore> store_;
  std::uint64_t after_ = 0;
  std::vector<Event> events_;
  std::set<std::string> done_;
};

}  // namespace matchrunner::test
