// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/match.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "adapters/sandbox/abstract_address.hpp"
#include "adapters/sandbox/launcher/leftovers.hpp"
#include "adapters/sandbox/launcher/wiring.hpp"

namespace matchrunner::launcher {
namespace {

using sandbox::MessageKind;

constexpr Nanoseconds millisecond = 1000000;
// A seat whose pipe was closed may end by itself before it is asked to.
constexpr Nanoseconds time_for_end_of_input = 100 * millisecond;

}  // namespace

Match::Match(sandbox::StartMatch start, Grounds& grounds, SeatSlots& slots, Send send)
    : start_(std::move(start)),
      grounds_(grounds),
      slots_(slots),
      send_(std::move(send)),
      disk_(start_.seats),
      lease_deadline_(start_.lease_deadline) {}

// An abstract socket stands for this match and epoch as long as anything of it runs: it can be found by a runner that
// takes the match over, and nobody can start the same run twice.
Failure Match::claim_address() {
  const sandbox::AbstractAddress address(start_.address);
  address_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!address_ || ::bind(address_.get(), address.get(), address.size()) != 0 || ::listen(address_.get(), 8) != 0)
    return failed("claim of the run");
  return {};
}

void Match::start(UniqueFd events) {
  // Of a runner that was stopped before it could ask: the match may be another one's by now.
  if (lease_deadline_ != 0 && boot_time() >= lease_deadline_)
    start_failure_ = Failure{"the lease of the runner ran out", ETIME};
  else
    start_failure_ = start_seats(std::move(events));
  if (start_failure_) kill_all(EndedBy::infrastructure);
  follow_up();
}

Failure Match::start_seats(UniqueFd events) {
  if (Failure failure = claim_address()) return failure;
  end_reported_.assign(start_.seats.size(), false);
  if (start_.seats.size() > 1)
    if (Failure failure = ends_.open()) return failure;
  for (std::uint32_t i = 0; i < start_.seats.size(); ++i) {
    if (i >= slots_.size()) {
      auto slot = std::make_unique<SeatSlot>(grounds_, i);
      if (Failure failure = slot->open()) return failure;
      slots_.push_back(std::move(slot));
    }
    seats_.push_back(std::make_unique<Seat>(start_.seats[i], *slots_[i], grounds_, i));
    if (start_.seats[i].decides_end) decider_ = i;
    if (Failure failure = seats_.back()->prepare(grounds_.view)) return failure;
  }
  if (Failure failure = wire(start_.seats, seats_, std::move(events))) return failure;
  for (const auto& seat : seats_) seat->begin_spawn();
  Failure first;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    Failure failure = seats_[i]->finish_spawn();
    if (!failure) disk_.follow(i, seats_[i]->init(), boot_time());
    if (failure && !first) first = std::move(failure);
  }
  return first;
}

void Match::stop(const sandbox::Stop& request) {
  if (request.run != start_.run) return;
  const Nanoseconds now = boot_time();
  let_end(EndedBy::stop, now, now + static_cast<Nanoseconds>(request.grace_milliseconds) * millisecond);
  follow_up();
}

void Match::extend_lease(const sandbox::ExtendLease& request) {
  if (request.run == start_.run) lease_deadline_ = request.deadline;
  check_times();
}

void Match::abandon(EndedBy reason, std::string infrastructure_error) {
  if (infrastructure_error_.empty()) infrastructure_error_ = std::move(infrastructure_error);
  kill_all(reason);
}

void Match::let_end(EndedBy reason, Nanoseconds ask_at, Nanoseconds kill_at) {
  for (const auto& seat : seats_)
    if (!seat->program_ended()) seat->blame(reason);
  ask_at_ = ask_at;
  kill_at_ = kill_at_ == 0 ? kill_at : std::min(kill_at_, kill_at);
}

void Match::kill_all(EndedBy reason) {
  for (const auto& seat : seats_) {
    seat->blame(reason);
    seat->kill();
  }
}

bool Match::all_reported() const {
  return std::all_of(seats_.begin(), seats_.end(),
                     [](const auto& seat) { return !seat->alive() || seat->phase() != Seat::Phase::starting; });
}

bool Match::any_alive() const {
  return std::any_of(seats_.begin(), seats_.end(), [](const auto& seat) { return seat->alive(); });
}

void Match::watch(std::vector<pollfd>& fds) const {
  fds.push_back({address_.get(), POLLIN, 0});
  fds.push_back({ends_.fd(), POLLIN, 0});
  for (const auto& seat : seats_) seat->watch(fds);
}

void Match::react(const pollfd* fds) {
  std::vector<pollfd> own;
  if (fds[0].revents != 0) take_over();
  const pollfd* at = fds + 2;
  for (const auto& seat : seats_) {
    seat->react(at);
    own.clear();
    seat->watch(own);
    at += own.size();
    if (seat->log_failure() && infrastructure_error_.empty())
      abandon(EndedBy::infrastructure, seat->log_failure().text());
    if (seat->init_killed() && !lost_ && infrastructure_error_.empty()) {
      lost_ = true;
      const std::size_t index = static_cast<std::size_t>(&seat - seats_.data());
      abandon(EndedBy::infrastructure, "the init of seat " + start_.seats[index].name + " was killed from outside");
    }
  }
  follow_up();
}

// Another runner of the same user has the match now: this run ends, and the connection with it.
void Match::take_over() {
  UniqueFd other(::accept4(address_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ucred who{};
  socklen_t size = sizeof who;
  if (!other || ::getsockopt(other.get(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return;
  if (who.uid != 0 && who.uid != ::geteuid()) {
    [[maybe_unused]] const ssize_t refused = ::write(other.get(), "", 1);
    return;
  }
  waiting_.push_back(std::move(other));
  abandon(EndedBy::lease, "another runner has taken the match over");
}

// All that follows from what is known now.
void Match::follow_up() {
  if (over_) return;
  if (!start_reported_ && all_reported()) report_start();
  if (start_reported_) report_ends();
  check_times();
  if (any_alive() || !start_reported_) return;
  over_ = true;
  std::string left = remove_leftovers(grounds_, slots_, seats_.size());
  if (infrastructure_error_.empty()) infrastructure_error_ = std::move(left);
  address_.reset();
  waiting_.clear();
  if (start_failure_) {
    send_(MessageKind::start_failed,
          to_bytes(sandbox::StartFailed{start_.run, start_failure_.step, start_failure_.error_number}), {});
  } else {
    send_(MessageKind::ended, to_bytes(sandbox::Ended{start_.run, infrastructure_error_, lost_}), {});
  }
}

void Match::report_start() {
  start_reported_ = true;
  bool all_run = true;
  for (const auto& seat : seats_) {
    if (seat->failure() && !start_failure_) {
      start_failure_ = Failure{
          "seat " + start_.seats[static_cast<std::size_t>(&seat - seats_.data())].name + ": " + seat->failure().step,
          seat->failure().error_number};
    }
    all_run = all_run && seat->facts().started;
  }
  if (start_failure_) return kill_all(EndedBy::infrastructure);
  follow_programs();
  sandbox::Started started;
  started.run = start_.run;
  std::vector<int> pidfds;
  for (const auto& seat : seats_) {
    started.pids.push_back(seat->facts().started ? seat->program_pid() : 0);
    if (seat->alive()) pidfds.push_back(seat->pidfd());
  }
  send_(MessageKind::started, to_bytes(started), pidfds);
  if (!all_run) kill_all(EndedBy::not_all_started);
}

void Match::follow_programs() {
  if (seats_.size() == 1) return;
  for (std::uint32_t i = 0; i < seats_.size(); ++i)
    if (i != decider_) ends_.follow(i, seats_[i]->running_program());
  ends_.follow(decider_, seats_[decider_]->running_program());
}

void Match::report_ends() {
  if (start_failure_) return;
  ends_.look();
  if (!decided_ && may_decide()) decide();
  for (std::uint32_t i = 0; i < seats_.size(); ++i) {
    const Seat& seat = *seats_[i];
    // How the match ended belongs to the end of those that ended after its decider.
    if (seat.alive() || end_reported_[i] || (!decided_ && !ended_before_decider(i))) continue;
    end_reported_[i] = true;
    send_(MessageKind::seat_ended, to_bytes(sandbox::SeatEnded{start_.run, i, facts_at_end(i)}), {});
  }
}

// What it left counts too, unless it ended badly anyway: it may have ended, or been ended with the match, between two
// looks at its disk.
SeatFacts Match::facts_at_end(std::size_t index) {
  disk_.leave(index);
  SeatFacts facts = seats_[index]->facts();
  if (facts.started && (seats_[index]->ended_well() || facts.ended_by == EndedBy::referee_done))
    if (const auto limit = DiskWatch::last_look(start_.seats[index])) facts.ended_by = *limit;
  return facts;
}

// Where that cannot be told, a crash is the seat's own, and any other end is taken for a consequence.
bool Match::ended_before_decider(std::uint32_t index) const {
  const Seat& seat = *seats_[index];
  const bool before = ends_.before(index, decider_).value_or(seat.program_ended());
  if (!before || !ends_.may_follow_from_last(index) || !seat.program_ended()) return before;
  return seat.crashed();
}

// When its program has ended, and not only when its init has: players see the end of their input meanwhile, and what
// they do then is not held against them. Those that ended before have told how by then.
bool Match::may_decide() const {
  if (!seats_[decider_]->program_ended()) return false;
  for (std::uint32_t i = 0; i < seats_.size(); ++i)
    if (i != decider_ && ended_before_decider(i) && !seats_[i]->program_ended()) return false;
  return true;
}

void Match::decide() {
  decided_ = true;
  const EndedBy reason = seats_[decider_]->ended_well() ? EndedBy::referee_done : EndedBy::referee_failed;
  for (std::uint32_t i = 0; i < seats_.size(); ++i)
    if (i != decider_ && !ended_before_decider(i)) seats_[i]->excuse(reason);
  const Nanoseconds now = boot_time();
  const Nanoseconds grace = static_cast<Nanoseconds>(start_.grace_milliseconds) * millisecond;
  let_end(reason, now + std::min(time_for_end_of_input, grace / 2), now + grace);
}

// Does what is due, and notes when to look again.
void Match::check_times() {
  const Nanoseconds now = boot_time();
  if (lease_deadline_ != 0 && now >= lease_deadline_ && any_alive()) {
    lost_ = true;
    abandon(EndedBy::lease, "the lease of the runner ran out");
  }
  if (ask_at_ != 0 && now >= ask_at_) {
    ask_at_ = 0;
    for (const auto& seat : seats_) seat->ask_to_end();
  }
  if (kill_at_ != 0 && now >= kill_at_) {
    kill_at_ = 0;
    for (const auto& seat : seats_) seat->kill();
  }
  next_time_ = 0;
  const auto consider = [this](Nanoseconds time) {
    if (time != 0) next_time_ = next_time_ == 0 ? time : std::min(next_time_, time);
  };
  if (!any_alive()) return;
  consider(lease_deadline_ > now ? lease_deadline_ : 0);
  consider(ask_at_);
  consider(kill_at_);
  for (const auto& seat : seats_)
    if (const auto time = seat->check_limits(now)) consider(*time);
  watch_disk(now);
  consider(disk_.next_time());
}

void Match::watch_disk(Nanoseconds now) {
  for (std::size_t i = 0; i < seats_.size(); ++i)
    if (!seats_[i]->alive()) disk_.leave(i);
  if (const auto reached = disk_.go_on(now)) {
    seats_[reached->seat]->blame(reached->limit);
    seats_[reached->seat]->kill();
  }
}

}  // namespace matchrunner::launcher
