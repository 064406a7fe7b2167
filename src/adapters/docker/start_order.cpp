// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/start_order.hpp"

#include <algorithm>
#include <set>

namespace matchrunner::docker {

StartOrder::StartOrder(const Game& game, Time now) {
  for (const Seat& seat : game.seats) {
    std::set<std::string> names(seat.after.begin(), seat.after.end());
    for (const auto& [variable, name] : seat.addresses) names.insert(name);
    Waiting& waiting = seats_.emplace_back();
    for (std::size_t i = 0; i < game.seats.size(); ++i)
      if (names.contains(game.seats[i].name)) waiting.before.push_back(i);
    waiting.left = waiting.before.size();
    waiting.free_at = now;
    waiting.delay = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(seat.delay_seconds.value_or(0)));
  }
}

std::optional<std::size_t> StartOrder::next(Time now) const {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    const Waiting& seat = seats_[i];
    if (!seat.started && seat.left == 0 && now >= seat.free_at + seat.delay) return i;
  }
  return std::nullopt;
}

std::optional<StartOrder::Time> StartOrder::next_at() const {
  std::optional<Time> first;
  for (const Waiting& seat : seats_)
    if (!seat.started && seat.left == 0) first = std::min(first.value_or(Time::max()), seat.free_at + seat.delay);
  return first;
}

void StartOrder::ready(std::size_t seat, Time now) {
  if (seats_[seat].ready) return;
  seats_[seat].ready = true;
  for (Waiting& waiting : seats_) {
    if (std::find(waiting.before.begin(), waiting.before.end(), seat) == waiting.before.end()) continue;
    waiting.left -= 1;
    waiting.free_at = now;
  }
}

bool StartOrder::all_ready() const {
  return std::all_of(seats_.begin(), seats_.end(), [](const Waiting& seat) { return seat.ready; });
}

}  // namespace matchrunner::docker
