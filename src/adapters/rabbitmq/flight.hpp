// SPDX-License-Identifier: Apache-2.0
// Flight: which of the messages of a batch of events the broker has taken. A value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace matchrunner::rabbitmq {

class Flight {
 public:
  // `number`: of the message, one more than the last one sent; `event`: which event of the batch it tells of.
  void sent(std::uint64_t number, std::size_t event) {
    if (events_.empty()) first_ = number;
    events_.push_back(event);
    settled_.push_back(false);
  }

  void confirmed(std::uint64_t number, bool multiple, bool taken) {
    if (events_.empty() || number < first_) return;
    const std::size_t last = static_cast<std::size_t>(std::min<std::uint64_t>(number - first_, events_.size() - 1));
    for (std::size_t i = multiple ? done_ : last; i <= last; ++i) {
      if (settled_[i]) continue;
      settled_[i] = true;
      ++settled_count_;
      if (!taken) refused(events_[i]);
    }
    while (done_ < settled_.size() && settled_[done_]) ++done_;
  }

  // This event, and so all after it, do not count.
  void refused(std::size_t event) { first_refused_ = std::min(first_refused_, event); }
  bool any_refused() const { return first_refused_ != std::numeric_limits<std::size_t>::max(); }

  std::size_t in_air() const { return events_.size() - settled_count_; }

  // How many events, from the first on, the broker has whole; `begun`: how many were sent at all.
  std::size_t taken(std::size_t begun) const {
    const std::size_t whole = done_ < events_.size() ? events_[done_] : begun;
    return std::min(whole, first_refused_);
  }

 private:
  std::uint64_t first_ = 0;
  std::vector<std::size_t> events_;  // of each message
  std::vector<bool> settled_;
  std::size_t settled_count_ = 0;
  std::size_t done_ = 0;  // messages settled without a gap
  std::size_t first_refused_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace matchrunner::rabbitmq
