// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/disk_watch.hpp"

#include <algorithm>

#include "adapters/sandbox/launcher/seat.hpp"

namespace matchrunner::launcher {
namespace {

constexpr Nanoseconds shortest_pause = 500000000;
constexpr Nanoseconds pause_by_look = 20;
constexpr std::uint64_t step = 256;  // entries; less than a millisecond where they are in memory
constexpr std::uint64_t most_at_last = 200000;

}  // namespace

void DiskWatch::follow(std::size_t seat, pid_t init, Nanoseconds now) {
  if (!seats_[seat].folder.empty()) watched_[seat] = {now + shortest_pause, init};
}

std::optional<DiskWatch::Reached> DiskWatch::go_on(Nanoseconds now) {
  if (!look_ && !begin(now)) return std::nullopt;
  const Nanoseconds begun = boot_time();
  look_->go_on(step);
  const Nanoseconds ended = boot_time();
  took_ += ended - begun;
  if (!look_->over()) return std::nullopt;
  const auto limit = look_->reached();
  watched_[looked_at_].due = ended + std::max(shortest_pause, pause_by_look * took_);
  look_.reset();
  return limit ? std::optional<Reached>({looked_at_, *limit}) : std::nullopt;
}

// The one that has waited longest.
bool DiskWatch::begin(Nanoseconds now) {
  const auto first = std::min_element(watched_.begin(), watched_.end(), [](const Watched& one, const Watched& other) {
    return one.due != 0 && (other.due == 0 || one.due < other.due);
  });
  if (first == watched_.end() || first->due == 0 || first->due > now) return false;
  looked_at_ = static_cast<std::size_t>(first - watched_.begin());
  took_ = 0;
  look_.emplace(seats_[looked_at_], first->init);
  return true;
}

Nanoseconds DiskWatch::next_time() const {
  if (look_) return 1;  // at once
  Nanoseconds next = 0;
  for (const Watched& seat : watched_)
    if (seat.due != 0) next = next == 0 ? seat.due : std::min(next, seat.due);
  return next;
}

void DiskWatch::leave(std::size_t seat) {
  watched_[seat].due = 0;
  if (look_ && looked_at_ == seat) look_.reset();
}

std::optional<EndedBy> DiskWatch::last_look(const sandbox::SeatStart& seat) {
  if (seat.folder.empty()) return std::nullopt;
  DiskLook look(seat, 0);
  look.go_on(most_at_last);
  return look.reached();
}

}  // namespace matchrunner::launcher
