// SPDX-License-Identifier: Apache-2.0
// How a run goes on whose runner is gone (earlier_run.hpp).
#include <algorithm>

#include "adapters/docker/docker_run.hpp"
#include "adapters/docker/failure.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds first_look_again{1};

}  // namespace

Result<void> DockerRun::adopt(const Context& context) {
  if (plan_.game.wiring == Wiring::network)
    if (auto found = network_.adopt(plan_, context); !found) return found;
  const auto found = take_over(*engine_, plan_, context);
  if (!found) return found.error();
  std::optional<std::chrono::nanoseconds> decided_ago;
  for (std::size_t i = 0; i < places_.size(); ++i)
    if (places_[i].seat->role != SeatRole::player && !(*found)[i].runs) decided_ago = (*found)[i].ended_ago;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const FoundSeat& seat = (*found)[i];
    const bool by_itself = places_[i].seat->role != SeatRole::player || !decided_ago || seat.ended_ago > *decided_ago;
    if (auto adopted = adopt_seat(places_[i], seat, by_itself, context); !adopted) {
      const bool is_leased = BootClock::now() < lease_deadline_;  // else another may have adopted it meanwhile
      if (adopted.error().code != ErrorCode::timeout && is_leased) save_logs();
      return adopted;
    }
  }
  look_at_ = Clock::now() + first_look_again;
  return {};
}

Result<void> DockerRun::adopt_seat(Place& place, const FoundSeat& found, bool by_itself, const Context& context) {
  place.container = std::make_unique<SeatContainer>(engine_, plan_, *place.seat);
  SeatContainer& container = *place.container;
  if (auto adopted = container.adopt(found, by_itself, streams_, [this] { heard_.request_stop(); }); !adopted)
    return adopted;
  if (network_.name().empty() || !found.runs) return {};
  auto address = container.find_address(network_.name(), context);
  if (!address) return std::move(address).error();
  place.address = *std::move(address);
  return {};
}

}  // namespace matchrunner::docker
