// SPDX-License-Identifier: Apache-2.0
#include "domain/event_lines.hpp"

#include <algorithm>

namespace matchrunner {

void EventLines::add(std::string_view bytes, Clock::time_point now) {
  if (filled_at_ == Clock::time_point{}) filled_at_ = now;
  const double seconds = std::chrono::duration<double>(now - filled_at_).count();
  tokens_ = std::max(tokens_, std::min(burst, tokens_ + seconds * lines_per_second));
  filled_at_ = now;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    if (rest_.size() + part.size() > longest_line) too_long_ = true;
    if (!too_long_) rest_ += part;
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (too_long_) ++dropped_;
    if (!too_long_ && !rest_.empty()) add_line(std::move(rest_));
    rest_.clear();
    too_long_ = false;
  }
}

void EventLines::go_on(std::uint64_t passed, Clock::duration before) {
  const double earned = burst + std::chrono::duration<double>(before).count() * lines_per_second;
  tokens_ = std::max(0.0, earned - static_cast<double>(passed));
}

void EventLines::add_line(std::string line) {
  if (tokens_ < 1) {
    ++dropped_;
    return;
  }
  tokens_ -= 1;
  if (dropped_ > 0) tell_dropped();
  tell(std::move(line));
}

void EventLines::tell(std::string line) {
  RunReport& report = reports_.emplace_back();
  report.kind = RunReport::Kind::line;
  report.text = std::move(line);
}

void EventLines::tell_dropped() {
  RunReport& report = reports_.emplace_back();
  report.kind = RunReport::Kind::dropped;
  report.dropped_lines = dropped_;
  dropped_ = 0;
}

void EventLines::close() {
  if (too_long_) ++dropped_;
  if (!too_long_ && !rest_.empty() && tokens_ >= 1) tell(std::move(rest_));
  rest_.clear();
  too_long_ = false;
  if (dropped_ > 0) tell_dropped();
}

RunReport EventLines::take() {
  RunReport report = std::move(reports_.front());
  reports_.pop_front();
  return report;
}

}  // namespace matchrunner
