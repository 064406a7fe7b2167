// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/sandbox_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "adapters/sandbox/collect.hpp"
#include "base/system_error.hpp"
#include "base/wakeup.hpp"
#include "domain/seat_verdict.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr milliseconds longest_request{10000};

RunReport seat_report(SeatReport seat) {
  RunReport report;
  report.kind = RunReport::Kind::seat_ended;
  report.seat = std::move(seat);
  return report;
}

}  // namespace

SandboxRun::SandboxRun(const MatchPlan& plan, std::shared_ptr<LauncherPool> pool,
                       std::unique_ptr<LauncherProcess> launcher)
    : plan_(plan), pool_(std::move(pool)), launcher_(std::move(launcher)), seat_ended_(plan.game.seats.size()) {}

SandboxRun::~SandboxRun() {
  if (launcher_) launcher_->end();
}

Result<void> SandboxRun::start(const StartMatch& request, const Context& context) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "pipe", "sandbox");
  events_.reset(ends[0]);
  const UniqueFd for_seat(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  run_ = request.run;
  for (const Seat& seat : plan_.game.seats) endpoints_.push_back({seat.name, "localhost", 0, 0});
  if (auto sent = launcher_->send(MessageKind::start, request, context, for_seat.get()); !sent) return sent;
  return await_start(context);
}

Result<void> SandboxRun::await_start(const Context& context) {
  while (true) {
    pollfd readable{launcher_->socket(), POLLIN, 0};
    auto waited = wait_for({&readable, 1}, context);
    if (!waited) return std::move(waited).error();
    if (!*waited) return Error{ErrorCode::timeout, "the seats did not start in time", "sandbox"};
    const bool there = launcher_->receive();
    Frame frame;
    if (launcher_->next(frame)) {
      if (frame.kind == MessageKind::started) return note_started(frame), Result<void>();
      pool_->give_back(std::move(launcher_));
      return start_error(frame);
    }
    if (!there) return Error{ErrorCode::unavailable, "the launcher is gone", "sandbox"};
  }
}

void SandboxRun::note_started(Frame& frame) {
  Started started;
  from_bytes(frame.body, started);
  for (std::size_t i = 0; i < endpoints_.size() && i < started.pids.size(); ++i) endpoints_[i].pid = started.pids[i];
  inits_ = std::move(frame.fds);
}

Error SandboxRun::start_error(const Frame& frame) const {
  StartFailed failed;
  from_bytes(frame.body, failed);
  if (failed.error_number == EADDRINUSE)
    return Error{ErrorCode::conflict, "this match and epoch is running already", "sandbox"};
  // An init that was killed before it could say anything; a lease that was over.
  if (failed.error_number == ECHILD || failed.error_number == ETIME)
    return Error{ErrorCode::unavailable, failed.step, "sandbox"};
  return system_error(failed.error_number, failed.step, "sandbox");
}

Result<std::optional<RunReport>> SandboxRun::poll(const Context& context) {
  while (true) {
    take_frames();  // some may have come with the last ones
    if (!reports_.empty()) break;
    if (!lost_.empty()) return Error{ErrorCode::unavailable, lost_, "sandbox"};
    if (!launcher_) return Error{ErrorCode::conflict, "the run has ended", "sandbox"};
    std::array<pollfd, 2> fds{{{launcher_->socket(), POLLIN, 0}, {events_.get(), POLLIN, 0}}};
    auto waited = wait_for(fds, context);
    if (!waited) return std::move(waited).error();
    if (!*waited) return std::optional<RunReport>();
    if (fds[1].revents != 0) read_events();
    if (fds[0].revents != 0) read_launcher();
  }
  std::optional<RunReport> next = std::move(reports_.front());
  reports_.pop_front();
  return next;
}

Result<void> SandboxRun::stop(milliseconds grace) {
  if (!launcher_) return {};
  const Stop request{run_, static_cast<std::uint64_t>(std::max<std::int64_t>(0, grace.count()))};
  return launcher_->send(MessageKind::stop, request, Context::within(longest_request));
}

Result<void> SandboxRun::extend_lease(BootClock::time_point deadline) {
  if (!launcher_) return {};
  const ExtendLease request{run_, deadline.time_since_epoch().count()};
  return launcher_->send(MessageKind::extend_lease, request, Context::within(longest_request));
}

void SandboxRun::read_events() {
  std::array<char, 65536> buffer{};
  const ssize_t got = ::read(events_.get(), buffer.data(), buffer.size());
  if (got < 0 && errno == EAGAIN) return;
  if (got > 0) {
    lines_.add({buffer.data(), static_cast<std::size_t>(got)}, EventLines::Clock::now());
  } else {
    events_.reset();
    lines_.close();
  }
  add_lines();
}

void SandboxRun::add_lines() {
  while (!lines_.empty()) reports_.push_back(lines_.take());
}

void SandboxRun::read_launcher() {
  const bool there = launcher_->receive();
  take_frames();
  if (launcher_ && !there) lose_launcher();
}

void SandboxRun::take_frames() {
  Frame frame;
  while (launcher_ && launcher_->next(frame)) handle(frame);
}

void SandboxRun::handle(Frame& frame) {
  SeatEnded seat;
  Ended ended;
  if (frame.kind == MessageKind::seat_ended && from_bytes(frame.body, seat) && seat.seat < seat_ended_.size()) {
    end_seat(seat);
  } else if (frame.kind == MessageKind::ended && from_bytes(frame.body, ended)) {
    auto launcher = std::move(launcher_);
    if (ended.lost)
      lose(std::move(ended.infrastructure_error));
    else
      end(std::move(ended.infrastructure_error));
    pool_->give_back(std::move(launcher));
  }
}

void SandboxRun::end_seat(const SeatEnded& ended) {
  const Seat& seat = plan_.game.seats[ended.seat];
  SeatReport report = judge_seat(seat.name, seat.limits, ended.facts);
  seat_ended_[ended.seat] = true;
  if (seat.role != SeatRole::player) collect_from(seat, report);
  reports_.push_back(seat_report(std::move(report)));
}

void SandboxRun::collect_from(const Seat& seat, SeatReport& report) {
  while (events_) {  // all that it said comes before its end
    const std::size_t before = reports_.size();
    read_events();
    if (reports_.size() == before && events_) break;
  }
  Limits limits = seat.limits;
  if (!limits.artifact_bytes) limits.artifact_bytes = default_limits().artifact_bytes;
  const auto collected = collect(plan_.spool_folder, seat.name, *limits.artifact_bytes);
  if (!collected)
    infrastructure_error_ = collected.error().message;
  else if (collected->dropped > 0)
    add_artifacts_beyond_limit(limits, collected->bytes, report);
  if (collected && collected->surplus > 0) add_files_beyond_limit(report);
}

void SandboxRun::end(std::string infrastructure_error) {
  for (const Seat& seat : plan_.game.seats)
    if (auto removed = remove_temporary(plan_.spool_folder, seat.name); !removed && infrastructure_error.empty())
      infrastructure_error = std::move(removed).error().message;
  RunReport& report = reports_.emplace_back();
  report.kind = RunReport::Kind::ended;
  report.infrastructure_error = infrastructure_error.empty() ? infrastructure_error_ : std::move(infrastructure_error);
}

// The kernel ends the seats of a launcher that is gone; their inits tell when that is done.
void SandboxRun::lose_launcher() {
  launcher_.reset();
  const Context context = Context::within(LauncherProcess::longest_end);
  for (const UniqueFd& init : inits_) {
    pollfd gone{init.get(), POLLIN, 0};
    [[maybe_unused]] const auto waited = wait_for({&gone, 1}, context);
  }
  lose("the launcher was lost");
}

// Every seat has its report, for the case that nobody runs the match again.
void SandboxRun::lose(std::string why) {
  for (std::size_t i = 0; i < seat_ended_.size(); ++i) {
    if (seat_ended_[i]) continue;
    SeatReport report;
    report.seat = plan_.game.seats[i].name;
    report.verdict = Verdict::killed;
    report.signal = SIGKILL;
    report.detail = why;
    reports_.push_back(seat_report(std::move(report)));
  }
  lost_ = std::move(why);
}

}  // namespace matchrunner::sandbox
