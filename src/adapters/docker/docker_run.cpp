// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/docker_run.hpp"

#include <algorithm>
#include <csignal>

#include "adapters/docker/failure.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::chrono::minutes longest_end{1};
constexpr std::chrono::seconds longest_removal{10};

}  // namespace

DockerRun::DockerRun(const MatchPlan& plan, std::shared_ptr<Engine> engine)
    : plan_(plan),
      streams_(engine->address().session),
      seat_(std::move(engine), plan_, plan_.game.seats.front()),
      lease_deadline_(plan.lease_deadline) {}

Result<void> DockerRun::start(const DockerOptions& options, const Context& context) {
  if (auto made = seat_.create(options, context); !made) return made;
  if (auto started = seat_.start(
          streams_, [this] { heard_.request_stop(); }, context);
      !started)
    return started;
  look_at_ = Clock::now() + look_every;
  return {};
}

std::vector<SeatEndpoint> DockerRun::endpoints() const { return {{plan_.game.seats.front().name, "localhost", 0, 0}}; }

Result<std::optional<RunReport>> DockerRun::poll(const Context& context) {
  while (reports_.empty()) {
    if (!lost_.empty()) return Error{ErrorCode::unavailable, lost_, origin};
    if (ended_) return Error{ErrorCode::conflict, "the run has ended", origin};
    auto went = do_what_is_due();
    if (went && reports_.empty() && !ended_) {
      const auto done = wait(context);
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

Result<http::Session::Done> DockerRun::wait(const Context& context) {
  heard_ = std::stop_source();
  const std::stop_callback on_stop(context.stop, [heard = heard_]() mutable { heard.request_stop(); });
  Context until = until_next_time(context);
  until.stop = heard_.get_token();
  return streams_.wait(until);
}

Context DockerRun::until_next_time(const Context& context) const {
  Context until = context;
  until.deadline = std::min(until.deadline, look_at_);
  if (kill_at_) until.deadline = std::min(until.deadline, *kill_at_);
  if (const auto wall = seat_.wall_deadline()) until.deadline = std::min(until.deadline, *wall);
  const auto lease_left = std::chrono::ceil<milliseconds>(lease_deadline_ - BootClock::now());
  until.deadline = std::min(until.deadline, Context::within(lease_left).deadline);
  return until;
}

Result<void> DockerRun::do_what_is_due() {
  const auto now = Clock::now();
  if (BootClock::now() >= lease_deadline_)
    return Error{ErrorCode::unavailable, "the lease of its runner ran out", origin};
  if (!seat_.log_failure().empty())
    if (auto killed = seat_.kill(EndedBy::infrastructure); !killed) return killed;
  if (const auto wall = seat_.wall_deadline(); wall && now >= *wall)
    if (auto killed = seat_.kill(EndedBy::wall_limit); !killed) return killed;
  if (kill_at_ && now >= *kill_at_) {
    kill_at_.reset();
    if (auto killed = seat_.kill(EndedBy::stop); !killed) return killed;
  }
  if (now >= look_at_) {
    look_at_ = now + look_every;
    if (auto looked = seat_.look(); !looked) return looked;
  }
  if (seat_.overdue(now)) seat_.let_go();
  return seat_.ended() ? end() : Result<void>();
}

Result<void> DockerRun::take(const http::Session::Done& done) {
  const auto taken = seat_.take(done);
  return taken ? Result<void>() : Result<void>(taken.error());
}

// What it left is in the spool before its container goes.
Result<void> DockerRun::end() {
  const Context context = Context::within(longest_end);
  auto report = seat_.collect(context);
  std::string infrastructure_error = seat_.log_failure();
  if (!report && (report.error().code == ErrorCode::not_found || report.error().code == ErrorCode::unavailable))
    return std::move(report).error();
  add_lines();
  RunReport seat_ended;
  seat_ended.kind = RunReport::Kind::seat_ended;
  if (report) {
    seat_ended.seat = *std::move(report);
  } else {
    seat_ended.seat.seat = plan_.game.seats.front().name;
    seat_ended.seat.verdict = Verdict::killed;
    if (infrastructure_error.empty()) infrastructure_error = report.error().message;
  }
  if (auto removed = seat_.remove(context); !removed && infrastructure_error.empty())
    infrastructure_error = removed.error().message;
  reports_.push_back(std::move(seat_ended));
  RunReport& last = reports_.emplace_back();
  last.kind = RunReport::Kind::ended;
  last.infrastructure_error = std::move(infrastructure_error);
  ended_ = true;
  return {};
}

void DockerRun::add_lines() {
  while (!seat_.events().empty()) reports_.push_back(seat_.events().take());
}

// The seat has its report, for the case that nobody runs the match again.
void DockerRun::lose(const Error& error) {
  const bool removed_by_others = error.code == ErrorCode::not_found;
  lost_ = removed_by_others ? "its container was removed by somebody else" : error.message;
  // One that cannot be removed now is found by its labels later.
  [[maybe_unused]] const auto removed = seat_.remove(Context::within(longest_removal));
  RunReport& report = reports_.emplace_back();
  report.kind = RunReport::Kind::seat_ended;
  report.seat.seat = plan_.game.seats.front().name;
  report.seat.verdict = Verdict::killed;
  report.seat.signal = SIGKILL;
  report.seat.detail = lost_;
}

Result<void> DockerRun::stop(milliseconds grace) {
  if (ended_ || !lost_.empty()) return {};
  const auto kill_at = Clock::now() + grace;
  if (grace <= milliseconds(0)) return seat_.kill(EndedBy::stop);
  kill_at_ = std::min(kill_at_.value_or(kill_at), kill_at);
  return seat_.ask_to_end(EndedBy::stop);
}

Result<void> DockerRun::extend_lease(BootClock::time_point deadline) {
  lease_deadline_ = deadline;
  return {};
}

}  // namespace matchrunner::docker
