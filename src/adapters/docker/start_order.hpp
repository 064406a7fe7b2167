// SPDX-License-Identifier: Apache-2.0
// StartOrder: which seats of a match may start, as those that they wait for become ready. Time is an argument.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "matchrunner/domain/game.hpp"

namespace matchrunner::docker {

class StartOrder {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Seats are meant by their index in the game.
  StartOrder(const Game& game, Time now);

  // One that may start now; nothing: none yet.
  std::optional<std::size_t> next(Time now) const;
  // When the next may start though nothing else happens; nothing: not before one more is ready.
  std::optional<Time> next_at() const;

  void started(std::size_t seat) { seats_[seat].started = true; }
  void ready(std::size_t seat, Time now);

  bool is_ready(std::size_t seat) const { return seats_[seat].ready; }
  bool is_started(std::size_t seat) const { return seats_[seat].started; }
  bool all_ready() const;

 private:
  struct Waiting {
    std::vector<std::size_t> before;
    std::chrono::nanoseconds delay{0};
    Time free_at;  // when the last that it waits for became ready
    std::size_t left = 0;
    bool started = false;
    bool ready = false;
  };

  std::vector<Waiting> seats_;
};

}  // namespace matchrunner::docker
