// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/seat_output.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "adapters/docker/failure.hpp"
#include "adapters/docker/json_parts.hpp"
#include "base/system_error.hpp"

namespace matchrunner::docker {
namespace {

bool is_event(std::string_view line) {
  if (line.empty() || line.front() != '{' || line.back() != '}') return false;
  const Json json = object_from(std::string(line));
  const Json* const type = part_of(json, "type");
  return type != nullptr && type->is_string();
}

}  // namespace

Result<SeatOutput> SeatOutput::open(const std::string& spool, const std::string& seat, std::uint64_t limit,
                                    bool events) {
  return open(spool, seat, limit, events, O_TRUNC);
}

Result<SeatOutput> SeatOutput::reopen(const std::string& spool, const std::string& seat, std::uint64_t limit,
                                      bool events, std::uint64_t told, EventLines::Clock::duration before) {
  auto output = open(spool, seat, limit, events, 0);
  if (!output) return output;
  output->of_log_ = true;
  output->told_ = told;
  output->events_.go_on(told, before);
  return output;
}

Result<SeatOutput> SeatOutput::open(const std::string& spool, const std::string& seat, std::uint64_t limit, bool events,
                                    int flags) {
  SeatOutput output(limit, events);
  constexpr std::array<const char*, 2> streams{".stdout", ".stderr"};
  for (std::size_t i = 0; i < streams.size(); ++i) {
    Log& log = output.logs_[i];
    log.path = spool + "/logs/" + seat + streams[i];
    log.file.reset(::open(log.path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644));
    if (!log.file) return system_error(errno, "open " + log.path, origin);
  }
  return output;
}

Result<void> SeatOutput::take(ByteView part) {
  std::string_view rest = as_text(part);
  while (!rest.empty()) {
    if (left_ == 0) {
      const std::size_t wanted = std::min(header_bytes - header_.size(), rest.size());
      header_ += rest.substr(0, wanted);
      rest.remove_prefix(wanted);
      if (header_.size() < header_bytes) return {};
      const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(header_[at]));
      };
      if (byte(0) != 1 && byte(0) != 2)
        return Error{ErrorCode::corrupt_data, "the container's output is of no known stream", origin};
      stream_ = byte(0) - 1;
      left_ = byte(4) << 24U | byte(5) << 16U | byte(6) << 8U | byte(7);
      header_.clear();
      if (logs_[stream_].skip == 0) logged_ += left_ + logged_with_a_line;
      frame_.clear();
      continue;
    }
    const std::string_view own = rest.substr(0, left_);
    rest.remove_prefix(own.size());
    left_ -= own.size();
    if (!of_log_)  // of whose frames each line is one there
      logged_ += logged_with_a_line * static_cast<std::uint64_t>(std::count(own.begin(), own.end(), '\n'));
    if (auto taken = of_log_ ? take_frame(own) : payload(own); !taken) return taken;
  }
  return {};
}

Result<void> SeatOutput::take_frame(std::string_view part) {
  frame_ += part;
  if (left_ > 0) return {};
  const std::size_t space = frame_.find(' ');
  if (space == frame_.npos) return Error{ErrorCode::corrupt_data, "a frame of the container's log has no time", origin};
  const std::string_view text = std::string_view(frame_).substr(space + 1);
  Log& log = logs_[stream_];
  const bool goes_on = !log.last.ends_line && log.last.moment == frame_.substr(0, space);
  if (!log.last.ends_line && !goes_on)
    if (auto taken = payload("\n"); !taken) return taken;
  log.last = {frame_.substr(0, space), text.ends_with('\n'), goes_on, text.size()};
  return payload(text);
}

void SeatOutput::begin_log() {
  for (Log& log : logs_)
    if (!of_log_) log.attached = log.seen;
  of_log_ = true;
  header_.clear();
  left_ = 0;
  for (Log& log : logs_) {
    log.skip = log.seen;
    log.last = {};
  }
}

void SeatOutput::search(std::string_view part) {
  if (wanted_.empty() || found_) return;
  std::string& searched = logs_[stream_].searched;
  searched += part;
  found_ = searched.find(wanted_) != std::string::npos;
  searched.erase(0, searched.size() - std::min(searched.size(), wanted_.size() - 1));
}

Result<void> SeatOutput::payload(std::string_view part) {
  Log& log = logs_[stream_];
  const auto known = static_cast<std::size_t>(std::min<std::uint64_t>(log.skip, part.size()));
  log.skip -= known;
  part.remove_prefix(known);
  log.seen += part.size();
  search(part);
  if (stream_ == 1 && wants_events_) return lines(part);
  return write(log, part);
}

Result<void> SeatOutput::lines(std::string_view part) {
  while (!part.empty()) {
    const std::size_t end = part.find('\n');
    const std::string_view own = part.substr(0, end == part.npos ? part.size() : end + 1);
    part.remove_prefix(own.size());
    line_ += own;
    if (end == std::string_view::npos && line_.size() <= EventLines::longest_line) return {};
    if (auto taken = line(line_); !taken) return taken;
    within_line_ = end == std::string_view::npos;
    line_.clear();
  }
  return {};
}

Result<void> SeatOutput::line(std::string_view whole) {
  const std::string_view text = whole.substr(0, whole.size() - (whole.ends_with('\n') ? 1 : 0));
  const bool too_long = within_line_ || text.size() > EventLines::longest_line;
  if (too_long || !is_event(text)) return write(logs_[1], whole);
  if (told_ > 0) return --told_, Result<void>();
  events_.add(std::string(text) + "\n", EventLines::Clock::now());
  return {};
}

// Of a long line at the very end nobody can tell whether it had an end of line; most have.
Result<void> SeatOutput::close() {
  for (stream_ = 0; stream_ < logs_.size(); ++stream_)
    if (const Log& log = logs_[stream_];
        log.seen > log.attached && !log.last.ends_line && log.last.goes_on && log.last.bytes < bytes_of_a_part)
      if (auto taken = payload("\n"); !taken) return taken;
  auto taken = line_.empty() ? Result<void>() : line(std::exchange(line_, {}));
  events_.close();
  return taken;
}

Result<void> SeatOutput::write(Log& log, std::string_view part) {
  log.bytes += part.size();
  const std::string_view kept = part.substr(0, static_cast<std::size_t>(limit_ - log.kept));
  if (kept.size() < part.size()) log.dropped = true;
  auto at = static_cast<off_t>(log.kept);
  for (std::string_view rest = kept; !rest.empty();) {
    const ssize_t written = ::pwrite(log.file.get(), rest.data(), rest.size(), at);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(errno, "write " + log.path, origin);
    rest.remove_prefix(static_cast<std::size_t>(written));
    at += written;
  }
  log.kept += kept.size();
  return {};
}

}  // namespace matchrunner::docker
