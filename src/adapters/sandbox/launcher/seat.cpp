// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seat.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/sandbox/launcher/file_rules.hpp"
#include "adapters/sandbox/launcher/leftovers.hpp"
#include "adapters/sandbox/launcher/status_report.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

constexpr std::uint64_t temporary_without_cgroup = 64U << 20U;
constexpr Nanoseconds shortest_watch = 2000000;  // between two looks at what a seat has used
constexpr Nanoseconds memory_watch = 100000000;  // ... where nobody else watches its memory

}  // namespace

Nanoseconds boot_time() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<Nanoseconds>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

Seat::Seat(const sandbox::SeatStart& start, SeatSlot& slot, const Grounds& grounds, std::uint32_t index)
    : start_(start), slot_(slot), grounds_(grounds) {
  plan_.start = &start;
  plan_.index = index;
}

Failure Seat::prepare(RootTemplate& view) {
  lay_out();
  Cgroup& cgroup = slot_.cgroup();
  if (Failure failure = cgroup.limit(start_.memory_bytes, start_.processes)) return failure;
  cpu_before_ = cgroup.cpu_nanoseconds();
  memory_before_ = cgroup.memory_now();
  kills_before_ = cgroup.out_of_memory_kills();
  peak_before_ = cgroup.processes_peak();
  refused_before_ = cgroup.processes_refused();
  cgroup.clear_out_of_memory_event();

  plan_.standard[0].reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (int i = 1; i <= 2; ++i) {
    const std::string& path = i == 1 ? start_.stdout_log : start_.stderr_log;
    if (path.empty()) continue;
    LogPump& log = i == 1 ? stdout_ : stderr_;
    if (Failure failure = log.open(path, start_.output_bytes, start_.kill_on_output, plan_.standard[i])) return failure;
    own(plan_.standard[i]);
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
  status_.reset(ends[0]);
  plan_.status.reset(ends[1]);
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  if (grounds_.view_kind == sandbox::FileView::limited) return make_file_rules(start_, plan_.file_rules);
  if (!grounds_.own_root()) return {};
  if (grounds_.has_file_rules()) {
    plan_.file_rules = make_landlock_ruleset(start_.network, LandlockFiles::closed);
    if (!plan_.file_rules) return failed("Landlock ruleset");
  }
  return make_view(view);
}

// What the kernel wants as plain arrays.
void Seat::lay_out() {
  for (const std::string& argument : start_.arguments) plan_.arguments.push_back(const_cast<char*>(argument.c_str()));
  for (const std::string& entry : start_.environment) plan_.environment.push_back(const_cast<char*>(entry.c_str()));
  plan_.arguments.push_back(nullptr);
  plan_.environment.push_back(nullptr);
  plan_.uid = grounds_.first_uid + plan_.index;
  if (!grounds_.own_user && !grounds_.nested_user) plan_.user_processes = count_processes(::geteuid());
  plan_.memory_by_rlimit = !slot_.cgroup().has(Controller::memory);
  const std::uint64_t size =
      plan_.memory_by_rlimit ? std::min(start_.memory_bytes, temporary_without_cgroup) : start_.memory_bytes;
  plan_.temporary_options = "mode=1777,nr_inodes=16384,size=" + std::to_string(size);
  if (!grounds_.nested_user) return;
  constexpr uid_t instead_of_root = 1000;
  const auto map = [](uid_t own) {
    return std::to_string(own == 0 ? instead_of_root : own) + " " + std::to_string(own) + " 1";
  };
  plan_.uid_map = map(::geteuid());
  plan_.gid_map = map(::getegid());
}

Failure Seat::make_view(RootTemplate& view) {
  const char* const own[] = {"/seat", "/output", "/result"};
  const std::size_t count = start_.folder.empty() ? 0 : start_.has_output ? 3 : 1;
  for (std::size_t i = 0; i < count; ++i) {
    const char* const place = own[i];
    Bind bind;
    bind.target = place;
    if (Failure failure = open_bind(start_.folder + place, Access::writable, bind)) return failure;
    plan_.binds.push_back(std::move(bind));
  }
  for (const std::string& path : start_.read_only)
    if (Failure failure = view.add_read_only(path, plan_.binds)) return failure;
  return start_.network ? view.add_network_files(plan_.binds) : Failure{};
}

void Seat::own(const UniqueFd& pipe) const {
  if (grounds_.own_user) ::fchown(pipe.get(), plan_.uid, plan_.uid);
}

void Seat::begin_spawn() { slot_.begin(plan_); }

Failure Seat::finish_spawn() {
  SeatSlot::Spawned spawned = slot_.finish();
  if (spawned.failure) return spawned.failure;
  init_ = spawned.pid;
  pidfd_ = std::move(spawned.pidfd);
  started_at_ = boot_time();
  if (start_.wall_nanoseconds > 0) wall_end_ = started_at_ + static_cast<Nanoseconds>(start_.wall_nanoseconds);
  // The seat has its own copies; an end that is held here would keep others from seeing it closed.
  for (UniqueFd& fd : plan_.standard) fd.reset();
  plan_.more.clear();
  plan_.binds.clear();
  plan_.file_rules.reset();
  plan_.status.reset();
  return {};
}

pid_t Seat::program_pid() const {
  const pid_t program = running_program();
  return program == 0 && alive() ? init_ : program;
}

pid_t Seat::running_program() const {
  if (program_ended()) return 0;
  const std::string task = std::to_string(init_);
  const std::string children = read_text(("/proc/" + task + "/task/" + task + "/children").c_str());
  return static_cast<pid_t>(std::strtol(children.c_str(), nullptr, 10));
}

bool Seat::ended_well() const {
  return facts_.ended_by == EndedBy::itself && facts_.exited_itself && facts_.out_of_memory_kills == 0 &&
         WIFEXITED(facts_.wait_status) && WEXITSTATUS(facts_.wait_status) == 0;
}

bool Seat::crashed() const {
  return facts_.exited_itself && WIFSIGNALED(facts_.wait_status) && WTERMSIG(facts_.wait_status) != SIGPIPE;
}

void Seat::blame(EndedBy reason) {
  if (alive()) excuse(reason);
}

void Seat::excuse(EndedBy reason) {
  if (facts_.ended_by == EndedBy::itself) facts_.ended_by = reason;
}

void Seat::ask_to_end() {
  if (alive()) signal_pidfd(pidfd_.get(), SIGTERM);
}

void Seat::kill() {
  if (alive()) signal_pidfd(pidfd_.get(), grounds_.end_signal());
}

void Seat::watch(std::vector<pollfd>& fds) const {
  fds.push_back({pidfd_.get(), POLLIN, 0});
  fds.push_back({status_.get(), POLLIN, 0});
  fds.push_back({stdout_.fd(), POLLIN, 0});
  fds.push_back({stderr_.fd(), POLLIN, 0});
  fds.push_back({alive() ? slot_.cgroup().out_of_memory_event() : -1, POLLIN, 0});
}

void Seat::react(const pollfd* events) {
  if (events[4].revents != 0) {
    slot_.cgroup().clear_out_of_memory_event();
    blame(EndedBy::memory_limit);
    kill();
  }
  if (events[2].revents != 0) pump(stdout_);
  if (events[3].revents != 0) pump(stderr_);
  if (events[1].revents != 0) read_status();
  if (events[0].revents != 0) collect();
}

void Seat::read_status() {
  char bytes[sizeof(StatusReport)];
  StatusReport report;
  while (true) {
    const ssize_t got = ::read(status_.get(), bytes, sizeof bytes);
    if (got == 0) status_.reset();
    if (got <= 0) return;
    if (!from_bytes({bytes, static_cast<std::size_t>(got)}, report)) {
      failure_ = Failure{"report of the seat's init", EBADMSG};
      return;
    }
    switch (report.kind) {
      case StatusReport::Kind::started:
        facts_.started = true;
        phase_ = Phase::running;
        break;
      case StatusReport::Kind::not_started:
        facts_.start_error = report.error_number;
        phase_ = Phase::running;
        break;
      case StatusReport::Kind::ended:
        facts_.wait_status = report.wait_status;
        facts_.exited_itself = true;
        break;
      case StatusReport::Kind::failed:
        failure_ = Failure{report.step, report.error_number};
        break;
    }
  }
}

void Seat::pump(LogPump& log) {
  const LogPump::Status status = log.pump();
  if (status == LogPump::Status::over_limit) {
    blame(EndedBy::output_limit);
    kill();
  }
  if (status == LogPump::Status::disk_error)
    log_failure_ = Failure{"write of a log of seat " + start_.name, log.error_number()};
}

// What is in the pipe fits into one pump; two more, since one may end early to tell of a limit or of the disk. Whoever
// still holds the other end, a copy from outside the seat, is not waited for.
void Seat::drain(LogPump& log) {
  constexpr int pumps = 3;
  for (int i = 0; i < pumps && log.fd() >= 0; ++i) pump(log);
}

// The init is gone, and with it every process of the seat; without a pid namespace that may still have to be done.
void Seat::collect() {
  if (!grounds_.has_pid_namespace()) end_orphans();
  rusage used{};
  siginfo_t ended{};
  ::syscall(SYS_waitid, P_PIDFD, pidfd_.get(), &ended, WEXITED, &used);
  facts_.wall_nanoseconds = static_cast<std::uint64_t>(boot_time() - started_at_);
  pidfd_.reset();
  read_status();
  for (LogPump* log : {&stdout_, &stderr_}) {
    drain(*log);
    facts_.truncated = facts_.truncated || log->truncated();
    facts_.output_bytes += log->written();
    log->finish();
  }
  const Cgroup& cgroup = slot_.cgroup();
  const auto nanoseconds = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1000000000U + static_cast<std::uint64_t>(time.tv_usec) * 1000U;
  };
  const std::uint64_t waited_for = nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime);
  facts_.cpu_nanoseconds = cgroup.has(Controller::cpu) ? cgroup.cpu_nanoseconds() - cpu_before_
                                                       : std::max(waited_for, largest_use_.cpu_nanoseconds);
  const std::uint64_t largest = static_cast<std::uint64_t>(used.ru_maxrss) * 1024U;
  const std::uint64_t peak = cgroup.memory_peak();
  facts_.peak_memory_bytes = std::max({largest, largest_use_.resident_bytes, peak - std::min(peak, memory_before_)});
  facts_.out_of_memory_kills = cgroup.out_of_memory_kills() - kills_before_;
  count_processes_now();
  if (cgroup.processes_peak() > peak_before_) most_processes_ = cgroup.processes_peak() - 1;  // its init
  facts_.processes = facts_.started ? static_cast<std::uint32_t>(most_processes_) : 0;
  facts_.refused_processes = cgroup.processes_refused() - refused_before_;
  const bool never_reported = phase_ == Phase::starting;
  if (never_reported && !failure_ && facts_.ended_by == EndedBy::itself && facts_.out_of_memory_kills == 0)
    failure_ = Failure{"the seat's init ended early", ECHILD};
  init_killed_ = !never_reported && facts_.started && !facts_.exited_itself && facts_.ended_by == EndedBy::itself &&
                 facts_.out_of_memory_kills == 0 && grounds_.init_is_out_of_reach();
  if (init_killed_) facts_.ended_by = EndedBy::infrastructure;
  phase_ = failure_ ? Phase::failed : Phase::over;
}

void Seat::count_processes_now() {
  const std::uint64_t now = slot_.cgroup().processes_now();
  if (now > 1) most_processes_ = std::max(most_processes_, now - 1);  // its init
}

TreeUse Seat::use_now() const {
  const Cgroup& cgroup = slot_.cgroup();
  TreeUse use;
  if (!cgroup.has(Controller::cpu) || !cgroup.has(Controller::memory)) use = measure_tree(init_);
  if (cgroup.has(Controller::cpu)) use.cpu_nanoseconds = cgroup.cpu_nanoseconds() - cpu_before_;
  if (cgroup.has(Controller::memory)) use.resident_bytes = 0;  // the kernel watches it
  return use;
}

std::optional<EndedBy> Seat::limit_reached(Nanoseconds now) {
  if (wall_end_ != 0 && now >= wall_end_) return EndedBy::wall_limit;
  if (now < next_use_check_) return std::nullopt;
  const TreeUse use = use_now();
  count_processes_now();
  largest_use_ = {std::max(use.cpu_nanoseconds, largest_use_.cpu_nanoseconds),
                  std::max(use.resident_bytes, largest_use_.resident_bytes)};
  if (use.cpu_nanoseconds >= start_.cpu_nanoseconds) return EndedBy::cpu_limit;
  if (use.resident_bytes > start_.memory_bytes) return EndedBy::memory_limit;
  // The time cannot be used up before this, however many processors it has.
  static const long processors = std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN));
  Nanoseconds wait = static_cast<Nanoseconds>(start_.cpu_nanoseconds - use.cpu_nanoseconds) / processors;
  if (!slot_.cgroup().has(Controller::memory)) wait = std::min(wait, memory_watch);
  next_use_check_ = now + std::max(wait, shortest_watch);
  return std::nullopt;
}

std::optional<Nanoseconds> Seat::check_limits(Nanoseconds now) {
  if (!alive()) return std::nullopt;
  if (const auto reached = limit_reached(now)) {
    blame(*reached);
    kill();
    return std::nullopt;
  }
  return wall_end_ == 0 ? next_use_check_ : std::min(wall_end_, next_use_check_);
}

}  // namespace matchrunner::launcher
