// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seat_program.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "adapters/sandbox/launcher/file_rules.hpp"
#include "adapters/sandbox/launcher/landlock.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {
namespace {

constexpr int out_of_the_way = 512;  // above all descriptors that a seat starts with

bool close_privileges(const Grounds& grounds, const SeatPlan& plan) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  const int files = plan.file_rules.get();
  if (files >= 0) {
    const bool complete = grounds.own_root() ? allow_own_root(files) : allow_own_process(files);
    return complete && restrict_by_landlock(files) == 0;
  }
  const int ruleset = plan.start->network ? grounds.landlock_network.get() : grounds.landlock_closed.get();
  return ruleset < 0 || restrict_by_landlock(ruleset) == 0;
}

bool set_descriptors(const SeatPlan& plan) {
  const int count = 3 + static_cast<int>(plan.more.size());
  const auto source = [&plan](int i) {
    return (i < 3 ? plan.standard[i] : plan.more[static_cast<std::size_t>(i) - 3]).get();
  };
  int moved[out_of_the_way];
  for (int i = 0; i < count; ++i) {
    moved[i] = ::fcntl(source(i), F_DUPFD_CLOEXEC, out_of_the_way);
    if (moved[i] < 0) return false;
  }
  for (int i = 0; i < count; ++i)
    if (::dup2(moved[i], i) < 0) return false;
  return close_from(static_cast<unsigned>(count)) == 0;
}

bool limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  rlimit now{};
  ::getrlimit(resource, &now);
  const rlimit wanted{std::min<rlim_t>(soft, now.rlim_max), std::min<rlim_t>(hard, now.rlim_max)};
  return ::setrlimit(resource, &wanted) == 0;
}

// The group limits of memory, processes and time are the launcher's business; these hold for each process, and where
// the host has no cgroups they are all there is.
bool set_limits(const SeatPlan& plan) {
  const sandbox::SeatStart& seat = *plan.start;
  constexpr std::uint64_t usual_stack = 8U << 20U;
  const std::uint64_t processes = plan.user_processes + seat.processes;
  const std::uint64_t seconds = seat.cpu_nanoseconds / 1000000000U;
  return limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_NOFILE, seat.open_files, seat.open_files) &&
         limit(RLIMIT_NPROC, processes, processes) && limit(RLIMIT_FSIZE, seat.file_bytes, seat.file_bytes) &&
         limit(RLIMIT_CPU, seconds + 2, seconds + 3) &&
         limit(RLIMIT_STACK, std::min(usual_stack, seat.memory_bytes), seat.memory_bytes) &&
         limit(RLIMIT_MEMLOCK, 1U << 20U, 1U << 20U) && limit(RLIMIT_SIGPENDING, 1024, 1024) &&
         limit(RLIMIT_NICE, 0, 0) && limit(RLIMIT_RTPRIO, 0, 0) &&
         (!plan.memory_by_rlimit || limit(RLIMIT_DATA, seat.memory_bytes, seat.memory_bytes));
}

bool write_map(const char* path, const char* text, std::size_t size) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = ::write(file, text, size) == static_cast<ssize_t>(size);
  ::close(file);
  return written;
}

bool change_user(const Grounds& grounds, const SeatPlan& plan) {
  if (grounds.own_user) return clear_groups() == 0 && set_group(plan.uid) == 0 && set_user(plan.uid) == 0;
  if (!grounds.nested_user) return true;
  ::prctl(PR_SET_DUMPABLE, 1);  // else the maps belong to root
  return ::unshare(CLONE_NEWUSER) == 0 && write_map("/proc/self/setgroups", "deny", 4) &&
         write_map("/proc/self/uid_map", plan.uid_map.data(), plan.uid_map.size()) &&
         write_map("/proc/self/gid_map", plan.gid_map.data(), plan.gid_map.size());
}

bool drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

// Shares the init's memory until exec: writes only to `outcome`.
[[noreturn]] void become_program(const Grounds& grounds, const SeatPlan& plan, ProgramStart& outcome) {
  const auto fail = [&outcome](const char* step, bool in_exec) {
    outcome.error_number = errno;
    outcome.in_exec = in_exec;
    outcome.step = step;
    ::_exit(127);
  };
  ::setsid();
  ::umask(022);
  if (!close_privileges(grounds, plan)) fail("no_new_privs and Landlock", false);
  if (!set_descriptors(plan)) fail("descriptors", false);
  if (!change_user(grounds, plan)) fail("user of the seat", false);
  if (!set_limits(plan)) fail("limits", false);
  if (!drop_capabilities()) fail("capabilities", false);
  if (::chdir(plan.start->working_folder.c_str()) != 0) fail("working folder", true);
  if (grounds.seccomp) {
    errno = (plan.start->network ? grounds.filter_network : grounds.filter_closed).install();
    if (errno != 0) fail("seccomp", false);
  }
  if (plan.dry_run) ::_exit(0);
  ::execve(plan.start->program.c_str(), plan.arguments.data(), plan.environment.data());
  fail("exec", true);
  ::_exit(127);
}

}  // namespace

pid_t start_program(const Grounds& grounds, const SeatPlan& plan, ProgramStart& outcome) {
  const pid_t pid = ::vfork();
  if (pid == 0) become_program(grounds, plan, outcome);
  return pid;
}

}  // namespace matchrunner::launcher
