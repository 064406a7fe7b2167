// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seat_init.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>

#include "adapters/sandbox/launcher/descendants.hpp"
#include "adapters/sandbox/launcher/seat_mounts.hpp"
#include "adapters/sandbox/launcher/seat_program.hpp"
#include "adapters/sandbox/launcher/status_report.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {
namespace {

void report(int status_fd, StatusReport::Kind kind, int number, const char* step = "") {
  StatusReport status;
  status.kind = kind;
  (kind == StatusReport::Kind::ended ? status.wait_status : status.error_number) = number;
  std::strncpy(status.step, step, sizeof status.step - 1);
  [[maybe_unused]] const ssize_t written = ::write(status_fd, &status, sizeof status);
}

[[noreturn]] void fail(int status_fd, const char* step) {
  report(status_fd, StatusReport::Kind::failed, errno, step);
  ::_exit(1);
}

// A launcher that ended before the signal was armed would be missed; its pidfd tells.
void die_with_launcher(const Grounds& grounds) {
  ::prctl(PR_SET_PDEATHSIG, grounds.end_signal());
  pollfd launcher{grounds.self.get(), POLLIN, 0};
  if (::poll(&launcher, 1, 0) != 0) ::_exit(1);
}

// SIGTERM: all of the seat are asked to end; those that are stopped have to go on for it.
extern "C" void ask_all(int) {
  const int before = errno;
  ::kill(-1, SIGTERM);
  ::kill(-1, SIGCONT);
  errno = before;
}

// The same without a pid namespace, where -1 would be the whole machine.
extern "C" void ask_descendants(int) {
  const int before = errno;
  signal_descendants(SIGTERM);
  signal_descendants(SIGCONT);
  errno = before;
}

extern "C" void end_descendants(int) {
  kill_descendants();
  ::_exit(1);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

void handle_signals(const Grounds& grounds) {
  if (grounds.has_pid_namespace()) return handle(SIGTERM, ask_all);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  handle(SIGTERM, ask_descendants);
  handle(SIGUSR1, end_descendants);
}

// What is left to an init is to signal the processes of its seat, which have another user id.
bool drop_privileges(const Grounds& grounds) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  if (grounds.own_user) {
    ::prctl(PR_SET_KEEPCAPS, 1);
    if (clear_groups() != 0 || set_group(grounds.init_uid) != 0 || set_user(grounds.init_uid) != 0) return false;
    sets[0].effective = sets[0].permitted = 1U << CAP_KILL;
  }
  ::prctl(PR_SET_DUMPABLE, 0);
  return ::syscall(SYS_capset, &header, sets) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

// Collects whatever ends in the seat, until its program does.
int wait_for_program(pid_t program) {
  int wait_status = 0;
  while (::wait4(-1, &wait_status, 0, nullptr) != program) continue;
  return wait_status;
}

}  // namespace

void run_seat_init(const Grounds& grounds, const SeatPlan& plan, int network) {
  int status = plan.status.get();
  die_with_launcher(grounds);
  handle_signals(grounds);
  if (network >= 0 && ::setns(network, CLONE_NEWNET) != 0) fail(status, "network namespace");
  const char* step = grounds.own_root() ? make_seat_mounts(plan) : nullptr;
  if (step != nullptr) fail(status, step);
  if ((grounds.namespaces & CLONE_NEWUTS) != 0 && ::sethostname("seat", 4) != 0) fail(status, "host name");

  ProgramStart start;
  const pid_t program = start_program(grounds, plan, start);
  if (program < 0) fail(status, "fork of the program");
  if (start.step != nullptr) {
    const auto kind = start.in_exec ? StatusReport::Kind::not_started : StatusReport::Kind::failed;
    report(status, kind, start.error_number, start.step);
    ::_exit(1);
  }
  if (!drop_privileges(grounds)) fail(status, "privileges of the init");
  die_with_launcher(grounds);  // the kernel forgets it when the user id changes
  // The ends of the seat's pipes are the seat's alone: nothing may be held open here.
  if (::dup2(status, STDIN_FILENO) < 0) fail(status, "descriptors of the init");
  status = STDIN_FILENO;
  close_from(STDIN_FILENO + 1);
  report(status, StatusReport::Kind::started, 0);
  report(status, StatusReport::Kind::ended, wait_for_program(program));
  if (!grounds.has_pid_namespace()) kill_descendants();
  ::_exit(0);
}

}  // namespace matchrunner::launcher
