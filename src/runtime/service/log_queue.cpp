// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/log_queue.hpp"

#include "base/clocks.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t most_lines = 4096;

}  // namespace

void LogQueue::set_level(LogLevel level) {
  const Lock lock(mutex_);
  level_ = level;
}

void LogQueue::put(LogLevel level, std::string message, std::string match) {
  const Lock lock(mutex_);
  if (level < level_ || closed_) return;
  lines_.push_back({wall_now(), level, std::move(match), std::move(message)});
  if (lines_.size() > most_lines) {
    lines_.pop_front();
    ++dropped_;
  }
  changed_.notify_all();
}

void LogQueue::close() {
  const Lock lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

std::optional<LogLine> LogQueue::take() {
  LogLine line;
  if (dropped_ != 0) {
    line = {lines_.front().at, LogLevel::warning, "",
            std::to_string(dropped_) + " lines were dropped: nobody took them"};
    dropped_ = 0;
    return line;
  }
  if (lines_.empty()) return std::nullopt;
  line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

Result<std::optional<LogLine>> LogQueue::next(const Context& context) {
  const Lock lock(mutex_);
  const auto woken = [this]() MATCHRUNNER_REQUIRES(mutex_) { return !lines_.empty() || closed_; };
  if (context.has_deadline())
    changed_.wait_until(mutex_, context.stop, context.deadline, woken);
  else
    changed_.wait(mutex_, context.stop, woken);
  if (auto line = take()) return line;
  if (closed_) return Error{ErrorCode::cancelled, "the service has ended", "service"};
  if (context.stop.stop_requested()) return context.check().error();
  return std::optional<LogLine>();
}

}  // namespace matchrunner
