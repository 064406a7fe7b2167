// SPDX-License-Identifier: Apache-2.0
// How the seats of a run are started, one after another where they wait for each other:
//   waiting -all before it are ready, its delay is over-> started -its `ready` holds, or it has none-> ready
// A started seat whose time is over, that ended before it was ready, or that decides the match and ended before all
// were ready, is `not_ready`: then nobody else is started, and who was started is ended.
#include <algorithm>
#include <array>
#include <cstdio>

#include "adapters/docker/docker_run.hpp"
#include "adapters/docker/earlier_run.hpp"
#include "adapters/docker/failure.hpp"
#include "adapters/docker/readiness.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds first_look{1};
constexpr milliseconds ask_again{50};
constexpr std::chrono::seconds shortest_look{1};

std::string seconds_text(double seconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g s", seconds);
  return text.data();
}

SeatContainer::Clock::duration within(const Readiness& ready) {
  return std::chrono::duration_cast<SeatContainer::Clock::duration>(
      std::chrono::duration<double>(ready.within_seconds));
}

}  // namespace

Result<void> DockerRun::start(const DockerOptions& options, PreparedImages& prepared, const Context& context) {
  if (plan_.game.wiring == Wiring::network)
    if (auto made = network_.create(plan_, context); !made) return made;
  if (auto started = start_all(options, prepared, context); !started) {
    if (started.error().code != ErrorCode::timeout) save_logs();
    return started;
  }
  look_at_ = Clock::now() + first_look;
  const bool all_ready =
      std::all_of(places_.begin(), places_.end(), [](const Place& place) { return place.not_ready.empty(); });
  if (all_ready) note_started(plan_);
  return {};
}

Result<void> DockerRun::start_all(const DockerOptions& options, PreparedImages& prepared, const Context& context) {
  StartOrder order(plan_.game, Clock::now());
  look_at_ = Clock::now() + first_look;
  while (true) {
    while (const auto seat = order.next(Clock::now())) {
      if (auto launched = launch(*seat, options, prepared, context); !launched) return launched;
      order.started(*seat);
      if (plan_.tell_start) plan_.tell_start({places_[*seat].seat->name, false});
      if (!places_[*seat].seat->ready) order.ready(*seat, Clock::now());
    }
    if (auto kept = keep_limits(); !kept) return kept;
    if (auto looked = look_who_is_ready(order, context); !looked) return looked;
    if (find_failed(order)) return give_up_start();
    if (order.all_ready()) return {};
    if (order.next(Clock::now())) continue;
    const auto done = wait(until_next_time({std::min(context.deadline, next_look(order)), context.stop}));
    if (auto going = context.check(); !going) return going;
    if (done)
      if (auto taken = take(*done); !taken) return taken;
  }
}

Result<void> DockerRun::launch(std::size_t seat, const DockerOptions& options, PreparedImages& prepared,
                               const Context& context) {
  Place& place = places_[seat];
  Joined joined{network_.name(), {}};
  for (const auto& [variable, name] : place.seat->addresses)
    for (const Place& other : places_)
      if (other.seat->name == name) joined.variables[variable] = other.address;
  place.container = std::make_unique<SeatContainer>(engine_, plan_, *place.seat);
  SeatContainer& container = *place.container;
  if (auto made = container.create(options, prepared, joined, context); !made) return made;
  const bool is_joined = !network_.name().empty();
  if (is_joined && place.seat->network)
    if (auto let_out = network_.let_out(container.id(), context); !let_out) return let_out;
  if (auto started = container.start(
          streams_, [this] { heard_.request_stop(); }, [this](const http::Session::Done& done) { return take(done); },
          context);
      !started)
    return started;
  if (!is_joined) return {};
  auto address = container.find_address(network_.name(), context);
  if (!address) return std::move(address).error();
  place.address = *std::move(address);
  return {};
}

Result<void> DockerRun::look_who_is_ready(StartOrder& order, const Context& context) {
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_[i];
    if (!order.is_started(i) || order.is_ready(i) || !place.container) continue;
    const auto until = place.container->started_at() + within(*place.seat->ready);
    const bool over = Clock::now() >= until;
    const Context look{std::min(context.deadline, std::max(until, Clock::now() + shortest_look)), context.stop};
    const auto ready = place.container->look_if_ready(look);
    const bool took_too_long = !ready && ready.error().code == ErrorCode::timeout && context.check();
    if (!ready && !took_too_long) return ready.error();
    if (ready && *ready) {
      order.ready(i, Clock::now());
      if (plan_.tell_start) plan_.tell_start({place.seat->name, true});
    } else if (place.container->ended())
      place.not_ready = "ended before it was ready: " + what_is_missing(*place.seat->ready);
    else if (place.was_late = over; over)
      place.not_ready = "was not ready within " + seconds_text(place.seat->ready->within_seconds) + ": " +
                        what_is_missing(*place.seat->ready);
  }
  return {};
}

bool DockerRun::find_failed(const StartOrder& order) {
  bool failed = false;
  for (Place& place : places_) {
    const bool is_over = place.container && place.container->ended();
    if (is_over && place.seat->role != SeatRole::player && !order.all_ready() && place.not_ready.empty())
      place.not_ready = "ended before all seats were ready";
    failed = failed || !place.not_ready.empty();
  }
  return failed;
}

StartOrder::Time DockerRun::next_look(const StartOrder& order) const {
  auto next = Clock::now() + std::chrono::minutes(1);
  if (const auto start = order.next_at()) next = std::min(next, *start);
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (!order.is_started(i) || order.is_ready(i)) continue;
    const Place& place = places_[i];
    // What is in the log is told by its stream; for the rest one has to ask.
    const auto ask = place.seat->ready->log ? next : Clock::now() + ask_again;
    next = std::min({next, ask, place.container->started_at() + within(*place.seat->ready)});
  }
  return next;
}

Result<void> DockerRun::give_up_start() {
  for (Place& place : places_) {
    if (place.container) continue;
    place.reported = true;
    RunReport& report = reports_.emplace_back();
    report.kind = RunReport::Kind::seat_ended;
    report.seat.seat = place.seat->name;
    report.seat.verdict = Verdict::not_started;
    report.seat.detail = "another seat was not ready";
  }
  return end_rest(EndedBy::not_all_started, plan_.grace);
}

}  // namespace matchrunner::docker
