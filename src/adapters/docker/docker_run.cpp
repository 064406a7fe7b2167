// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/docker_run.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include "adapters/docker/failure.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::minutes longest_end{1};
constexpr std::chrono::seconds longest_removal{30};  // a busy engine takes its time to let go of a network
constexpr std::chrono::seconds longest_saving{10};

// How it ended is told; what counts is that the others waited for it in vain.
void tell_not_ready(const Seat& seat, const std::string& why, bool was_late, SeatReport& report) {
  report.verdict = Verdict::not_ready;
  report.limit = was_late ? "ready.within_seconds" : "";
  report.limit_value = was_late ? std::optional(seat.ready->within_seconds) : std::nullopt;
  report.detail = why;
  if (report.exit_code && !was_late) report.detail += ", exit code " + std::to_string(*report.exit_code);
}

}  // namespace

DockerRun::DockerRun(MatchPlan plan, std::shared_ptr<Engine> engine, std::shared_ptr<Removals> removals)
    : plan_(std::move(plan)),
      engine_(std::move(engine)),
      removals_(std::move(removals)),
      network_(engine_),
      streams_(engine_->address().session),
      lease_deadline_(plan_.lease_deadline) {
  for (const Seat& seat : plan_.game.seats) places_.push_back({&seat, nullptr, {}, {}});
}

DockerRun::~DockerRun() {
  if (lost_.empty()) remove_all();
}

std::vector<SeatEndpoint> DockerRun::endpoints() const {
  std::vector<SeatEndpoint> endpoints;
  for (const Place& place : places_) {
    const bool has_port = place.seat->ready && place.seat->ready->port;
    endpoints.push_back({place.seat->name, network_.name().empty() ? "localhost" : place.address,
                         has_port ? *place.seat->ready->port : std::uint16_t{0}, 0});
  }
  return endpoints;
}

Result<std::optional<RunReport>> DockerRun::poll(const Context& context) {
  while (reports_.empty()) {
    if (!lost_.empty()) return Error{ErrorCode::unavailable, lost_, origin};
    if (ended_) return Error{ErrorCode::conflict, "the run has ended", origin};
    auto went = do_what_is_due();
    if (went && reports_.empty() && !ended_) {
      Context until = until_next_time(context);
      const auto lease_left = std::chrono::ceil<milliseconds>(lease_deadline_ - BootClock::now());
      until.deadline = std::min(until.deadline, Context::within(lease_left).deadline);
      const auto done = wait(until);
      add_lines();
      if (done) went = take(*done);
      if (context.stop.stop_requested() && reports_.empty() && went) return context.check().error();
    }
    if (!went) lose(went.error());
    if (reports_.empty() && lost_.empty() && !ended_ && Context::Clock::now() >= context.deadline)
      return std::optional<RunReport>();
  }
  std::optional<RunReport> next = std::move(reports_.front());
  reports_.pop_front();
  return next;
}

Result<http::Session::Done> DockerRun::wait(const Context& until) {
  heard_ = std::stop_source();
  const std::stop_callback on_stop(until.stop, [heard = heard_]() mutable { heard.request_stop(); });
  return streams_.wait({until.deadline, heard_.get_token()});
}

Context DockerRun::until_next_time(const Context& context) const {
  Context until = context;
  until.deadline = std::min(until.deadline, look_at_);
  if (kill_at_) until.deadline = std::min(until.deadline, *kill_at_);
  for (const Place& place : places_)
    if (place.goes_on())
      if (const auto wall = place.container->wall_deadline()) until.deadline = std::min(until.deadline, *wall);
  return until;
}

Result<void> DockerRun::do_what_is_due() {
  if (BootClock::now() >= lease_deadline_)
    return Error{ErrorCode::unavailable, "the lease of its runner ran out", origin};
  if (auto kept = keep_limits(); !kept) return kept;
  for (Place& place : places_)
    if (place.goes_on()) place.container->look_at_output();
  return end_those_ended();
}

Result<void> DockerRun::keep_limits() {
  const auto now = Clock::now();
  const bool looks = now >= look_at_;
  if (looks) look_at_ = now + look_every;
  const bool kills = kill_at_ && now >= *kill_at_;
  if (kills) kill_at_.reset();
  for (Place& place : places_) {
    if (!place.goes_on()) continue;
    SeatContainer& seat = *place.container;
    if (seat.has_outgrown_its_log())
      return Error{ErrorCode::unavailable,
                   "seat " + place.seat->name + ": wrote more than the engine kept while nobody read it", origin};
    if (!seat.log_failure().empty())
      if (auto killed = seat.kill(EndedBy::infrastructure); !killed) return killed;
    if (const auto wall = seat.wall_deadline(); wall && now >= *wall)
      if (auto killed = seat.kill(EndedBy::wall_limit); !killed) return killed;
    if (kills)
      if (auto killed = seat.kill(EndedBy::stop); !killed) return killed;
    if (looks)
      if (auto looked = seat.look(); !looked) return looked;
    if (seat.overdue(now)) seat.let_go();
  }
  return {};
}

Result<void> DockerRun::take(const http::Session::Done& done) {
  for (Place& place : places_) {
    if (!place.container) continue;
    const auto taken = place.container->take(done);
    if (!taken) return taken.error();
    if (*taken) break;
  }
  return {};
}

Result<void> DockerRun::end_those_ended() {
  for (Place& place : places_)
    if (place.goes_on() && place.container->ended() && (decided_ || !place.container->ended_with_decider()))
      if (auto ended = end_seat(place); !ended) return ended;
  const bool goes_on = std::any_of(places_.begin(), places_.end(), [](const Place& place) { return place.goes_on(); });
  return goes_on ? Result<void>() : end();
}

// What it left is in the spool before its container goes, which is when all have ended: who adopts the run finds all of
// them.
Result<void> DockerRun::end_seat(Place& place) {
  const Context context = Context::within(longest_end);
  SeatContainer& seat = *place.container;
  if (infrastructure_error_.empty()) infrastructure_error_ = seat.log_failure();
  const auto begin = Clock::now();
  auto report = seat.collect(context);
  for (Place& other : places_)  // nobody listened to what the engine says of them
    if (other.container) other.container->wait_longer(Clock::now() - begin);
  constexpr std::array away{ErrorCode::not_found, ErrorCode::unavailable, ErrorCode::timeout};
  if (!report && std::find(away.begin(), away.end(), report.error().code) != away.end())
    return std::move(report).error();
  add_lines();
  RunReport& seat_ended = reports_.emplace_back();
  seat_ended.kind = RunReport::Kind::seat_ended;
  if (report) {
    seat_ended.seat = *std::move(report);
  } else {
    seat_ended.seat.seat = place.seat->name;
    seat_ended.seat.verdict = Verdict::killed;
    if (infrastructure_error_.empty()) infrastructure_error_ = report.error().message;
  }
  if (!place.not_ready.empty()) tell_not_ready(*place.seat, place.not_ready, place.was_late, seat_ended.seat);
  place.reported = true;
  const bool went_well = seat_ended.seat.verdict == Verdict::ok;
  if (place.seat->role == SeatRole::player) return {};
  decided_ = true;
  return end_rest(went_well ? EndedBy::referee_done : EndedBy::referee_failed, plan_.grace);
}

// All that are left, at once; after `grace` they are killed.
Result<void> DockerRun::end_rest(EndedBy reason, milliseconds grace) {
  const auto kill_at = Clock::now() + grace;
  kill_at_ = std::min(kill_at_.value_or(kill_at), kill_at);
  for (Place& place : places_) {
    if (!place.goes_on()) continue;
    auto asked = grace <= milliseconds(0) ? place.container->kill(reason) : place.container->ask_to_end(reason);
    if (!asked) return asked;
  }
  return {};
}

Result<void> DockerRun::end() {
  const Context context = Context::within(longest_end);
  for (Place& place : places_) {
    if (!place.container) continue;
    if (network_.name().empty()) {
      place.container->leave_to(*removals_);
      continue;
    }
    // Before its network, which others wait for.
    [[maybe_unused]] const auto removed = place.container->remove(context);
  }
  // What cannot be removed, as its engine has just died, takes nothing from the match, and is found by its labels
  // later.
  [[maybe_unused]] const auto removed = network_.remove(Context::within(longest_removal));
  RunReport& last = reports_.emplace_back();
  last.kind = RunReport::Kind::ended;
  last.infrastructure_error = infrastructure_error_;
  ended_ = true;
  return {};
}

void DockerRun::add_lines() {
  for (Place& place : places_)
    while (place.container && place.container->is_started() && !place.container->events().empty())
      reports_.push_back(place.container->events().take());
}

// The seats have their reports, for the case that nobody runs the match again.
void DockerRun::lose(const Error& error) {
  const bool removed_by_others = error.code == ErrorCode::not_found;
  lost_ = removed_by_others ? "its container was removed by somebody else" : error.message;
  if (error.code != ErrorCode::timeout && BootClock::now() < lease_deadline_) save_logs();
  remove_all();
  for (Place& place : places_) {
    if (std::exchange(place.reported, true)) continue;
    RunReport& report = reports_.emplace_back();
    report.kind = RunReport::Kind::seat_ended;
    report.seat.seat = place.seat->name;
    report.seat.verdict = Verdict::killed;
    report.seat.signal = SIGKILL;
    report.seat.detail = lost_;
  }
}

// As far as the engine answers.
void DockerRun::save_logs() {
  constexpr std::array away{ErrorCode::unavailable, ErrorCode::timeout};
  const auto is_away = [&](const Result<void>& answer) {
    return !answer && std::find(away.begin(), away.end(), answer.error().code) != away.end();
  };
  for (Place& place : places_)  // all at once, as none waits for its end
    if (place.goes_on() && place.container->is_started() && is_away(place.container->kill(EndedBy::infrastructure)))
      return;
  for (Place& place : places_)
    if (place.goes_on() && is_away(place.container->save_log(Context::within(longest_saving)))) return;
}

// One that cannot be removed now is found by its labels later; where the engine does not answer at all, so are the
// rest.
void DockerRun::remove_all() {
  for (Place& place : places_) {
    if (!place.container) continue;
    const auto removed = place.container->remove(Context::within(longest_removal));
    if (!removed && removed.error().code == ErrorCode::timeout) return;
  }
  [[maybe_unused]] const auto removed = network_.remove(Context::within(longest_removal));
}

Result<void> DockerRun::stop(milliseconds grace) {
  if (ended_ || !lost_.empty()) return {};
  return end_rest(EndedBy::stop, grace);
}

Result<void> DockerRun::extend_lease(BootClock::time_point deadline) {
  lease_deadline_ = deadline;
  return {};
}

}  // namespace matchrunner::docker
