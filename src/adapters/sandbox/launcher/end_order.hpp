// SPDX-License-Identifier: Apache-2.0
// EndOrder: in which order the programs of a match ended. Their inits tell how, but on a busy host not in that order: a
// player that crashed before its referee ended must not pass for one that ended because of it, nor the other way round.
// The order is that in which pidfds become ready, which the ending programs bring about themselves: epoll_wait(2) gives
// it back first in, first out. But a program closes its pipes a moment before its pidfd is ready, and on a busy host
// that may be a long one: what ended then may have ended because of it. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/sandbox/launcher/failure.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

class EndOrder {
 public:
  Failure open();

  // From now on, for the program `pid` of seat `index`; 0: it is gone already. The last one that is followed is the one
  // whose end others may see and follow.
  void follow(std::uint32_t index, pid_t pid);

  // Ready when a program has ended since the last look().
  int fd() const { return epoll_.get(); }
  void look();

  // Which of two programs ended first, where one of them still runs or both were seen to end; nothing: not known.
  std::optional<bool> before(std::uint32_t one, std::uint32_t other) const;
  // Whether the last one that is followed was on its way out, or gone, when this one's end was seen before its own.
  bool may_follow_from_last(std::uint32_t index) const;

 private:
  struct Program {
    bool followed = false;
    UniqueFd pidfd;
    pid_t pid = 0;
    std::uint32_t place = 0;  // 1: the first that ended; 0: it runs
    bool last_was_ending = false;
  };
  const Program* find(std::uint32_t index) const;
  void note_end(std::uint32_t index);

  UniqueFd epoll_;
  std::vector<Program> programs_;    // by seat
  std::vector<std::uint32_t> gone_;  // before they could be followed, not noted yet
  std::uint32_t last_followed_ = 0;
  std::uint32_t ended_ = 0;
};

}  // namespace matchrunner::launcher
