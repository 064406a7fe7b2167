// SPDX-License-Identifier: Apache-2.0
// SeatOutput: the output of a container, attached or out of the engine's log, taken apart into its logs and, for who
// decides the match, its events (https://docs.docker.com/engine/api/v1.41/#operation/ContainerAttach). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/unique_fd.hpp"
#include "domain/event_lines.hpp"
#include "matchrunner/base/bytes.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::docker {

class SeatOutput {
 public:
  // logs/<seat>.stdout and .stderr below `spool`; each keeps `limit` bytes. With `events`, lines of stderr that are
  // JSON objects with a text "type" are events of the match, and not in the log.
  static Result<SeatOutput> open(const std::string& spool, const std::string& seat, std::uint64_t limit, bool events);

  // The same for output that another runner has taken a part of, which comes again, out of the engine's log with
  // timestamps: each byte goes to where it is already. Of its events `told` are left out; it began `before`.
  static Result<SeatOutput> reopen(const std::string& spool, const std::string& seat, std::uint64_t limit, bool events,
                                   std::uint64_t told, EventLines::Clock::duration before);

  // What is taken from here on is the engine's log with timestamps, from the first byte: what was taken already is left
  // out.
  void begin_log();

  // `resource_exhausted` and others: a log cannot be written. `corrupt_data`: it is no such stream.
  Result<void> take(ByteView part);
  Result<void> close();

  // From then on found() tells whether stdout or stderr has this text.
  void look_for(const std::string& text) { wanted_ = text; }
  bool found() const { return found_; }

  bool truncated() const { return logs_[0].dropped || logs_[1].dropped; }
  // What an engine's log of what was taken takes at most.
  std::uint64_t logged_at_most() const { return logged_; }
  std::uint64_t bytes() const { return logs_[0].bytes + logs_[1].bytes; }
  EventLines& events() { return events_; }

 private:
  // The last frame of an engine's log: its moment, a space, and a line with its end; or a part of a longer line, whose
  // parts are of one moment, without the end of the line.
  struct Frame {
    std::string moment = {};
    bool ends_line = true;
    bool goes_on = false;  // with the line of the frame before it
    std::size_t bytes = 0;
  };

  struct Log {
    UniqueFd file;
    std::string path;
    std::uint64_t seen = 0;      // of the stream
    std::uint64_t skip = 0;      // of what comes next: it was seen before
    std::uint64_t attached = 0;  // of what was seen: not out of a log
    Frame last;
    std::uint64_t kept = 0;
    std::uint64_t bytes = 0;  // what was dropped included
    bool dropped = false;
    std::string searched;  // the end of what was searched, shorter than what is looked for
  };
  static constexpr std::size_t header_bytes = 8;
  static constexpr std::uint64_t logged_with_a_line = 128;
  static constexpr std::size_t bytes_of_a_part = 16 * 1024;

  SeatOutput(std::uint64_t limit, bool events) : limit_(limit), wants_events_(events) {}
  static Result<SeatOutput> open(const std::string& spool, const std::string& seat, std::uint64_t limit, bool events,
                                 int flags);
  Result<void> take_frame(std::string_view part);
  Result<void> payload(std::string_view part);
  void search(std::string_view part);
  Result<void> lines(std::string_view part);
  Result<void> line(std::string_view whole);
  Result<void> write(Log& log, std::string_view part);

  std::uint64_t limit_;
  bool wants_events_;
  std::array<Log, 2> logs_;  // stdout, stderr
  EventLines events_;
  std::uint64_t told_ = 0;  // of the events that are still to come, so many have been told
  std::uint64_t logged_ = 0;
  std::string wanted_;  // empty: nothing
  bool found_ = false;
  bool of_log_ = false;       // out of an engine's log
  std::string frame_;         // of that: the frame under way
  std::string header_;        // of the frame under way, as far as it is there
  std::size_t left_ = 0;      // of that frame's payload
  std::size_t stream_ = 0;    // index into logs_
  std::string line_;          // of stderr, unfinished
  bool within_line_ = false;  // the line under way is longer than an event can be, and in the log already
};

}  // namespace matchrunner::docker
