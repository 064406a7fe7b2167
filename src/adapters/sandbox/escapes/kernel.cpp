// SPDX-License-Identifier: Apache-2.0
// System calls that change the machine, or that have a history of holes.
#include <fcntl.h>
#include <sys/acct.h>
#include <sys/ioctl.h>
#include <sys/quota.h>
#include <sys/reboot.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ctime>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

Finding load_module(const Bait&) { return must_be_refused("init_module", ::syscall(SYS_init_module, nullptr, 0, "")); }
Finding load_module_file(const Bait&) {
  return must_be_refused("finit_module", ::syscall(SYS_finit_module, -1, "", 0));
}
Finding unload_module(const Bait&) {
  return must_be_refused("delete_module", ::syscall(SYS_delete_module, "no_such_module", O_NONBLOCK));
}
Finding another_kernel(const Bait&) {
  return must_be_refused("kexec_load", ::syscall(SYS_kexec_load, 0, 0, nullptr, ~0UL));
}
Finding restart(const Bait&) { return must_be_refused("reboot", ::syscall(SYS_reboot, 0, 0, 0, nullptr)); }
Finding swap(const Bait&) { return must_be_refused("swapon", ::swapon("/no-such-file", 0)); }
Finding accounting(const Bait&) { return must_be_refused("acct", ::acct("/no-such-file")); }
Finding quotas(const Bait&) {
  return must_be_refused("quotactl", ::quotactl(QCMD(Q_SYNC, USRQUOTA), nullptr, 0, nullptr));
}
Finding kernel_log(const Bait&) {
  char text[64];
  return must_be_refused("syslog", ::syscall(SYS_syslog, 3, text, sizeof text));
}

Finding set_clock(const Bait&) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return must_be_refused("clock_settime", ::clock_settime(CLOCK_REALTIME, &now));
}
Finding bend_clock(const Bait&) {
  timex nothing{};
  nothing.modes = ADJ_OFFSET_SINGLESHOT;
  return must_be_refused("adjtimex", ::adjtimex(&nothing));
}
Finding host_name(const Bait&) { return must_be_refused("sethostname", ::sethostname("escape", 6)); }
Finding domain_name(const Bait&) { return must_be_refused("setdomainname", ::setdomainname("escape", 6)); }

Finding bpf(const Bait&) { return must_be_refused("bpf", ::syscall(SYS_bpf, 0, nullptr, 0)); }
Finding user_faults(const Bait&) { return must_be_refused("userfaultfd", ::syscall(SYS_userfaultfd, 1)); }
Finding io_uring(const Bait&) {
  char parameters[256] = {};
  return must_be_refused("io_uring_setup", ::syscall(425, 1, parameters));
}
Finding performance_events(const Bait&) {
  char attributes[128] = {};
  return must_be_refused("perf_event_open", ::syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
}
Finding splice_memory(const Bait&) { return must_be_refused("vmsplice", ::syscall(SYS_vmsplice, -1, nullptr, 0, 0)); }
Finding secret_memory(const Bait&) { return must_be_refused("memfd_secret", ::syscall(447, 0)); }
Finding watch_files(const Bait&) { return must_be_refused("fanotify_init", ::syscall(SYS_fanotify_init, 0, O_RDONLY)); }
Finding move_memory(const Bait&) {
  return must_be_refused("move_pages", ::syscall(SYS_move_pages, 1, 0, nullptr, nullptr, nullptr, 0));
}

#if defined(__x86_64__)
Finding ports(const Bait&) { return must_be_refused("iopl", ::syscall(SYS_iopl, 3)); }
Finding port_range(const Bait&) { return must_be_refused("ioperm", ::syscall(SYS_ioperm, 0, 1, 1)); }
Finding segments(const Bait&) { return must_be_refused("modify_ldt", ::syscall(SYS_modify_ldt, 0, nullptr, 0)); }

// Whether `act` returns 0 in a child that may be killed for it.
Finding must_not_pass(const char* what, int (*act)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return held(std::string(what) + ": killed by signal " + std::to_string(WTERMSIG(status)));
  return WEXITSTATUS(status) == 0 ? broke(std::string(what) + " gets past the filter") : held("refused");
}

// getpid by the system calls of 32-bit programs, whose numbers mean something else to a filter.
int call_32_bit() {
  constexpr int getpid_32 = 20;
  int result = 0;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(getpid_32) : "memory");
  return result > 0 ? 0 : 1;
}
int call_x32() {
  constexpr long x32 = 0x40000000L;
  return ::syscall(x32 | SYS_getpid) > 0 ? 0 : 1;
}
Finding by_32_bit(const Bait&) { return must_not_pass("int 0x80", call_32_bit); }
Finding by_x32(const Bait&) { return must_not_pass("the x32 ABI", call_x32); }
#endif

Finding type_into_terminal(const Bait&) {
  char letter = 'x';
  return must_be_refused("ioctl TIOCSTI", ::ioctl(STDIN_FILENO, TIOCSTI, &letter));
}
Finding paste_into_console(const Bait&) {
  char request = 3;
  return must_be_refused("ioctl TIOCLINUX", ::ioctl(STDIN_FILENO, TIOCLINUX, &request));
}
Finding take_terminal(const Bait&) {
  const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC));
  return must_fail("open of /dev/tty", terminal ? 0 : -1);
}

// Splices a page of a read-only file into a pipe and writes behind it: with the hole, into the file's cache.
Finding dirty_pipe(const Bait& bait) {
  const char* path = bait.file.c_str();
  UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) file.reset(::open("/usr/bin/env", O_RDONLY | O_CLOEXEC));
  if (!file) return not_applicable("no file can be read");
  char before[2] = {}, after[2] = {};
  if (::pread(file.get(), before, 2, 0) != 2) return not_applicable("the file is empty");
  int ends[2];
  if (::pipe(ends) != 0) return not_applicable("no pipe");
  char block[4096] = {};
  const int room = ::fcntl(ends[1], F_GETPIPE_SZ);
  for (int left = room; left > 0; left -= static_cast<int>(sizeof block))
    if (::write(ends[1], block, sizeof block) < 0) break;
  for (int left = room; left > 0; left -= static_cast<int>(sizeof block))
    if (::read(ends[0], block, sizeof block) < 0) break;
  off_t offset = 0;
  if (::splice(file.get(), &offset, ends[1], nullptr, 1, 0) != 1) return held("splice is refused");
  const char changed = static_cast<char>(before[1] ^ 1);
  [[maybe_unused]] const ssize_t written = ::write(ends[1], &changed, 1);
  if (::pread(file.get(), after, 2, 0) != 2) return not_applicable("the file cannot be read again");
  return after[1] == before[1] ? held("the file is as it was") : broke("wrote to a file that is read-only");
}

Finding core_pattern(const Bait&) {
  const UniqueFd file(::open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC));
  return must_fail("open of core_pattern", file ? 0 : -1);
}
Finding module_helper(const Bait&) {
  const UniqueFd file(::open("/proc/sys/kernel/modprobe", O_WRONLY | O_CLOEXEC));
  return must_fail("open of modprobe", file ? 0 : -1);
}
Finding magic_keys(const Bait&) {
  const UniqueFd file(::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
  return must_fail("open of sysrq-trigger", file ? 0 : -1);
}
Finding kernel_addresses(const Bait&) {
  const std::string text = text_of("/proc/kallsyms");
  if (text.empty()) return held("no kallsyms");
  return text.compare(0, 16, "0000000000000000") == 0 ? held("kallsyms shows no address")
                                                      : broke("kallsyms shows addresses of the kernel");
}

}  // namespace

std::span<const Attempt> kernel() {
  static constexpr Attempt attempts[] = {
    {"load-module", "loads a module into the kernel", "", load_module},
    {"load-module-file", "the same from a file", "", load_module_file},
    {"unload-module", "removes a module of the kernel", "", unload_module},
    {"another-kernel", "loads another kernel", "", another_kernel},
    {"restart", "restarts the machine", "", restart},
    {"swap", "swaps to a file of its own", "", swap},
    {"accounting", "switches process accounting to a file of its own", "", accounting},
    {"quotas", "changes quotas", "", quotas},
    {"kernel-log", "reads the kernel's log", "", kernel_log},
    {"set-clock", "sets the host's clock", "", set_clock},
    {"bend-clock", "bends the host's clock", "", bend_clock},
    {"host-name", "renames the host", "", host_name},
    {"domain-name", "renames the host's domain", "", domain_name},
    {"bpf", "loads a program into the kernel by bpf", "CVE-2021-3490, CVE-2022-23222", bpf},
    {"user-faults", "stops the kernel in the middle by userfaultfd", "CVE-2021-22555", user_faults},
    {"io-uring", "makes an io_uring", "CVE-2022-29582, CVE-2023-2598", io_uring},
    {"performance-events", "opens a performance event", "CVE-2013-2094", performance_events},
    {"splice-memory", "splices its memory into a pipe", "CVE-2008-0600", splice_memory},
    {"secret-memory", "hides memory from the kernel", "", secret_memory},
    {"watch-files", "watches all files by fanotify", "", watch_files},
    {"move-memory", "moves memory of another process", "CVE-2017-14140", move_memory},
#if defined(__x86_64__)
    {"ports", "reaches devices by ports", "", ports},
    {"port-range", "the same for a range of ports", "", port_range},
    {"segments", "changes its table of segments", "CVE-2015-5157", segments},
    {"by-32-bit", "calls the kernel as a 32-bit program", "CVE-2009-0835", by_32_bit},
    {"by-x32", "calls the kernel by the x32 ABI", "CVE-2014-0038", by_x32},
#endif
    {"type-into-terminal", "types commands into the terminal of whoever started it", "CVE-2017-5226",
     type_into_terminal},
    {"paste-into-console", "pastes into the console", "CVE-2023-1523", paste_into_console},
    {"take-terminal", "opens the terminal of whoever started it", "", take_terminal},
    {"dirty-pipe", "writes to a read-only file by a pipe", "CVE-2022-0847", dirty_pipe},
    {"core-pattern", "names a program for the kernel to run at a crash", "", core_pattern},
    {"modprobe-path", "names a program for the kernel to load modules", "", module_helper},
    {"magic-keys", "restarts the machine by sysrq", "", magic_keys},
    {"kernel-addresses", "reads the addresses of the kernel", "", kernel_addresses},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
