// SPDX-License-Identifier: Apache-2.0
#include "runtime/held_back.hpp"

#include "base/backoff.hpp"

namespace matchrunner {
namespace {

constexpr Backoff away_retries{milliseconds(500), milliseconds(10'000)};
constexpr std::chrono::minutes forgotten_after{10};  // stopped, or played by another runner

}  // namespace

void HeldBack::hold(const std::string& match, BootClock::time_point now) {
  const Lock lock(mutex_);
  std::erase_if(matches_, [&](const auto& held) { return held.second.until + forgotten_after < now; });
  Hold& hold = matches_[match];
  hold.until = now + wait_after(++hold.times, away_retries);
}

void HeldBack::let_go(const std::string& match) {
  const Lock lock(mutex_);
  matches_.erase(match);
}

bool HeldBack::holds(const std::string& match, BootClock::time_point now) const {
  const Lock lock(mutex_);
  const auto found = matches_.find(match);
  return found != matches_.end() && now < found->second.until;
}

std::size_t HeldBack::count() const {
  const Lock lock(mutex_);
  return matches_.size();
}

}  // namespace matchrunner
