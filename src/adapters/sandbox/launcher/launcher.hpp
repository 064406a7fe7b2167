// SPDX-License-Identifier: Apache-2.0
// Launcher: serves one runner over one socket, a match at a time, until the runner is gone; then ends what is left.
// Single-threaded, but for the seat slots' threads.
#pragma once

#include <memory>
#include <optional>

#include "adapters/sandbox/frame.hpp"
#include "adapters/sandbox/launcher/match.hpp"

namespace matchrunner::launcher {

class Launcher {
 public:
  explicit Launcher(UniqueFd socket) : socket_(std::move(socket)) {}

  // The exit code of the program.
  int run();

 private:
  void wait();
  void arm_timer();
  void read_requests();
  void handle(sandbox::Frame& frame);
  void greet(sandbox::Frame& frame);
  void start_match(sandbox::Frame& frame);
  void send(sandbox::MessageKind kind, const std::string& body, const std::vector<int>& fds);
  void lose_runner();

  UniqueFd socket_;
  UniqueFd timer_;
  UniqueFd slot_lock_;
  UniqueFd runner_;  // pidfd
  sandbox::FrameReader reader_;
  Grounds grounds_;
  SeatSlots slots_;
  std::optional<Match> match_;
  Nanoseconds timer_set_ = 0;
  bool runner_lost_ = false;
};

}  // namespace matchrunner::launcher
