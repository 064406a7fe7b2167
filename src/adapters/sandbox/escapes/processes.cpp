// SPDX-License-Identifier: Apache-2.0
// Seeing, reading, signalling and outliving other processes.
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

// Every other process that /proc shows.
std::vector<pid_t> others() {
  std::vector<pid_t> pids;
  DIR* const proc = ::opendir("/proc");
  if (proc == nullptr) return pids;
  while (const dirent* entry = ::readdir(proc)) {
    const auto pid = static_cast<pid_t>(number_of(entry->d_name));
    if (pid > 0 && pid != ::getpid()) pids.push_back(pid);
  }
  ::closedir(proc);
  return pids;
}

Finding see_host(const Bait& bait) {
  const std::string line = text_of("/proc/" + std::to_string(bait.process) + "/cmdline");
  return line.empty() ? held("not in /proc") : broke("reads the host's command line");
}

Finding signal_host(const Bait& bait) { return must_fail("kill", ::kill(bait.process, 0)); }

Finding signal_others(const Bait&) {
  for (const pid_t pid : others())
    if (::kill(pid, 0) == 0) return broke("may signal process " + std::to_string(pid));
  return held("no other process can be signalled");
}

// By the number that the other seat has for itself; where it has a pid namespace that may be one of our own.
Finding meet_victim(const Bait& bait) {
  const pid_t pid = bait.victim.process;
  if (pid == 0) return not_applicable("the other seat did not tell its number");
  const std::string process = "/proc/" + std::to_string(pid);
  for (const char* way : {"/cwd", "/root"})
    if (!text_of(process + way + "/victim").empty()) return broke("read a file of the other seat by " + process + way);
  if (text_of(process + "/environ", 1U << 16U).find("MATCHRUNNER_SEAT=victim") != std::string::npos)
    return broke("read the variables of the other seat");
  if (pid != ::getpid() && ::kill(pid, 0) == 0) return broke("may signal process " + std::to_string(pid));
  return held("it is not to be met");
}

Finding signal_by_pidfd(const Bait& bait) {
  const UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, bait.process, 0)));
  if (!process) return must_fail("pidfd_open", -1);
  return must_fail("pidfd_send_signal", ::syscall(SYS_pidfd_send_signal, process.get(), 0, nullptr, 0));
}

Finding trace_host(const Bait& bait) {
  return must_be_refused("ptrace", ::ptrace(PTRACE_SEIZE, bait.process, nullptr, nullptr));
}
Finding trace_init(const Bait&) { return must_be_refused("ptrace", ::ptrace(PTRACE_SEIZE, 1, nullptr, nullptr)); }
Finding trace_me(const Bait&) { return must_be_refused("ptrace", ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }

Finding read_memory(const Bait& bait) {
  char byte = 0;
  const iovec local{&byte, 1}, remote{&byte, 1};
  return must_be_refused("process_vm_readv", ::syscall(SYS_process_vm_readv, bait.process, &local, 1, &remote, 1, 0));
}
Finding write_memory(const Bait& bait) {
  char byte = 0;
  const iovec local{&byte, 1}, remote{&byte, 1};
  return must_be_refused("process_vm_writev", ::syscall(SYS_process_vm_writev, bait.process, &local, 1, &remote, 1, 0));
}

Finding memory_files(const Bait&) {
  for (const pid_t pid : others()) {
    const std::string process = "/proc/" + std::to_string(pid);
    const UniqueFd memory(::open((process + "/mem").c_str(), O_RDWR | O_CLOEXEC));
    if (memory) return broke("opened the memory of process " + std::to_string(pid));
    if (!text_of(process + "/environ").empty()) return broke("read the variables of process " + std::to_string(pid));
  }
  return held("no other process can be read");
}

Finding overwrite_init(const Bait&) {
  const UniqueFd program(::open("/proc/1/exe", O_WRONLY | O_CLOEXEC));
  return must_fail("open of /proc/1/exe", program ? 0 : -1);
}

Finding overwrite_self(const Bait&) {
  const UniqueFd shell(::open("/bin/sh", O_PATH | O_CLOEXEC));
  const UniqueFd writable(
      ::open(("/proc/self/fd/" + std::to_string(shell.get())).c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  return must_fail("open of a program by /proc/self/fd", writable ? 0 : -1);
}

Finding take_descriptor(const Bait&) {
  const UniqueFd init(static_cast<int>(::syscall(SYS_pidfd_open, 1, 0)));
  return must_be_refused("pidfd_getfd", ::syscall(SYS_pidfd_getfd, init.get(), 0, 0));
}

Finding compare(const Bait&) { return must_be_refused("kcmp", ::syscall(SYS_kcmp, ::getpid(), 1, 0, 0, 0)); }

Finding slow_down_host(const Bait& bait) {
  const auto host = static_cast<id_t>(bait.process);
  return must_fail("setpriority", ::setpriority(PRIO_PROCESS, host, ::getpriority(PRIO_PROCESS, host)));
}

Finding move_host(const Bait& bait) {
  cpu_set_t as_it_is;
  CPU_ZERO(&as_it_is);
  ::sched_getaffinity(bait.process, sizeof as_it_is, &as_it_is);
  return must_fail("sched_setaffinity", ::sched_setaffinity(bait.process, sizeof as_it_is, &as_it_is));
}

// Children that stay when their parent ends: whoever runs the attempt looks whether they are gone.
Finding leave_child(const Bait&) {
  const pid_t child = ::fork();
  if (child < 0) return held("no child can be started");
  if (child > 0) return held("left a child; it must be gone after the match");
  ::close(STDOUT_FILENO);
  while (true) ::pause();
}

Finding leave_daemon(const Bait&) {
  const pid_t child = ::fork();
  if (child < 0) return held("no child can be started");
  if (child > 0) {
    ::waitpid(child, nullptr, 0);
    return held("left a daemon that ignores signals; it must be gone after the match");
  }
  ::setsid();
  if (::fork() != 0) ::_exit(0);
  for (int signal = 1; signal < 32; ++signal) ::signal(signal, SIG_IGN);
  for (int fd = 0; fd < 64; ++fd) ::close(fd);
  while (true) ::pause();
}

Finding leave_stopped(const Bait&) {
  const pid_t child = ::fork();
  if (child < 0) return held("no child can be started");
  if (child == 0) {
    ::close(STDOUT_FILENO);
    ::setsid();
    ::raise(SIGSTOP);
    while (true) ::pause();
  }
  return held("left a child that stands still; it must be gone after the match");
}

// Two that start each other anew, so that a killer who lists before it kills is always late.
Finding leave_phoenix(const Bait&) {
  const pid_t child = ::fork();
  if (child < 0) return held("no child can be started");
  if (child > 0) return held("left a child that goes on as another process all the time; it must be gone");
  ::close(STDOUT_FILENO);
  ::setsid();
  while (true) {
    const pid_t next = ::fork();
    if (next > 0) ::_exit(0);
    ::setsid();
  }
}

Finding reap_for_others(const Bait&) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  return must_fail("waitpid for the host's children", ::waitpid(-1, nullptr, WNOHANG));
}

}  // namespace

std::span<const Attempt> processes() {
  static constexpr Attempt attempts[] = {
      {"see-host", "reads the command line of the host's process", "", see_host},
      {"signal-host", "signals the host's process", "", signal_host},
      {"signal-others", "signals every process that it sees", "", signal_others},
      {"other-seat-process", "reads and signals the referee by the number it has for itself", "", meet_victim},
      {"signal-by-pidfd", "signals the host's process by a pidfd", "", signal_by_pidfd},
      {"trace-host", "traces the host's process", "", trace_host},
      {"trace-init", "traces the init of its seat", "", trace_init},
      {"trace-me", "lets its parent trace it", "CVE-2019-13272", trace_me},
      {"read-memory", "reads the memory of the host's process", "", read_memory},
      {"write-memory", "writes to the memory of the host's process", "", write_memory},
      {"memory-files", "reads the memory and variables of other processes by /proc", "", memory_files},
      {"overwrite-init", "overwrites the program that started it", "CVE-2019-5736", overwrite_init},
      {"overwrite-program", "overwrites a program of the host by a descriptor", "CVE-2019-5736", overwrite_self},
      {"take-descriptor", "takes a descriptor out of another process", "", take_descriptor},
      {"compare-processes", "learns addresses of the kernel by kcmp", "", compare},
      {"slow-host", "sets the priority of the host's process", "", slow_down_host},
      {"move-host", "says on which processors the host's process runs", "", move_host},
      {"reap", "takes over children of others", "", reap_for_others},
      {"leave-child", "leaves a child behind", "", leave_child},
      {"leave-daemon", "leaves a daemon that ignores every signal", "", leave_daemon},
      {"leave-stopped", "leaves a child that is stopped", "", leave_stopped},
      {"leave-phoenix", "leaves a child that forks faster than one can list", "", leave_phoenix},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
