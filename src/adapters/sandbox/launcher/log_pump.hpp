// SPDX-License-Identifier: Apache-2.0
// LogPump: brings what a seat writes into its log file, up to a limit; beyond it reads on and drops, so that the seat
// never waits. Memory stays the same however much comes. One thread at a time.
#pragma once

#include <cstdint>
#include <string>

#include "adapters/sandbox/launcher/failure.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

class LogPump {
 public:
  enum class Status : unsigned char {
    more,        // nothing to read just now
    closed,      // every writer is gone
    over_limit,  // told once; only when asked to tell
    disk_error,  // told once: the file cannot be written, error_number() says why
  };

  // Creates the file and the pipe; `writer` is for the seat.
  Failure open(const std::string& path, std::uint64_t limit, bool tell_over_limit, UniqueFd& writer);

  int fd() const { return pipe_.get(); }  // readable: call pump(); -1: closed, or never opened
  Status pump();
  // Ends the file, with a line that says how much was dropped.
  void finish();

  std::uint64_t written() const { return kept_ + dropped_; }  // by the seat
  bool truncated() const { return dropped_ > 0; }
  int error_number() const { return error_number_; }

 private:
  Status keep();
  Status drop();
  bool write_all(const char* bytes, std::size_t size);

  UniqueFd pipe_;
  UniqueFd file_;
  std::uint64_t limit_ = 0;
  std::uint64_t kept_ = 0;
  std::uint64_t dropped_ = 0;
  int error_number_ = 0;
  bool tell_over_limit_ = false;
};

}  // namespace matchrunner::launcher
