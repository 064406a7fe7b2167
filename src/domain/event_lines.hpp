// SPDX-License-Identifier: Apache-2.0
// EventLines: the stream of MATCHRUNNER_EVENTS cut into lines, limited in size and rate, so that a referee cannot flood
// the journal (docs/events.md). What is beyond is dropped, counted, and told of. One thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner {

class EventLines {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::size_t longest_line = 16 * 1024;
  static constexpr double lines_per_second = 200;
  static constexpr double burst = 1000;

  void add(std::string_view bytes, Clock::time_point now);
  // The stream began `before`, when `passed` of its lines had been told or dropped, and nobody looked since: what comes
  // now passes as if it had been looked at all the time.
  void go_on(std::uint64_t passed, Clock::duration before);
  // The stream is at its end: an unfinished line counts, and so does what was dropped.
  void close();

  bool empty() const { return reports_.empty(); }
  RunReport take();

 private:
  void add_line(std::string line);
  void tell(std::string line);
  void tell_dropped();

  std::deque<RunReport> reports_;
  std::string rest_;
  bool too_long_ = false;  // the line under way
  double tokens_ = burst;
  Clock::time_point filled_at_{};
  std::uint64_t dropped_ = 0;
};

}  // namespace matchrunner
