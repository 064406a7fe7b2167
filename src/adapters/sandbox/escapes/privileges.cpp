// SPDX-License-Identifier: Apache-2.0
// Becoming somebody else, or more than one is.
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

Finding become_root(const Bait&) { return must_fail("setresuid", ::syscall(SYS_setresuid, 0, 0, 0)); }
Finding become_root_group(const Bait&) { return must_fail("setresgid", ::syscall(SYS_setresgid, 0, 0, 0)); }
Finding take_groups(const Bait&) {
  const gid_t groups[] = {0, 42, 6};  // root, shadow, disk
  return must_fail("setgroups", ::setgroups(3, groups));
}

Finding take_capabilities(const Bait&) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct all[2] = {{~0U, ~0U, ~0U}, {~0U, ~0U, ~0U}};
  return must_fail("capset", ::syscall(SYS_capset, &header, all));
}

Finding ambient_capability(const Bait&) {
  return must_fail("prctl", ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0));
}

Finding has_none(const Bait&) {
  const std::string status = text_of("/proc/self/status", 1U << 14U);
  for (const char* line : {"CapPrm:\t", "CapEff:\t", "CapAmb:\t"}) {
    const std::size_t at = status.find(line);
    if (at == std::string::npos) return not_applicable("/proc is not there");
    if (status.substr(at + std::strlen(line), 16) != "0000000000000000") return broke(std::string(line) + " is not 0");
  }
  return held("it has no capability");
}

Finding drop_no_new_privileges(const Bait&) {
  if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return broke("no_new_privs is not set");
  return must_fail("prctl", ::prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

// A set-user-id program, started: whose user is it?
Finding set_user_id_program(const Bait&) {
  for (const char* path : {"/usr/bin/su", "/usr/bin/mount", "/usr/bin/passwd", "/usr/bin/newgrp"}) {
    struct stat about {};
    if (::stat(path, &about) != 0 || (about.st_mode & S_ISUID) == 0 || about.st_uid == ::geteuid()) continue;
    int ends[2];
    if (::pipe(ends) != 0) return not_applicable("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(ends[0], STDIN_FILENO);  // it waits for a password, or whatever it wants
      ::execl(path, path, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    bool root = false;
    const std::string own = "/proc/" + std::to_string(child);
    for (int look = 0; look < 2000 && ::waitpid(child, nullptr, WNOHANG) == 0; ++look) {
      const std::string status = text_of(own + "/status", 1U << 14U);
      const std::size_t at = status.find("\nUid:\t");
      if (at != std::string::npos && status.find("\t0\t", at) < status.find('\n', at + 1)) root = true;
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    return root ? broke(std::string(path) + " ran as root") : held(std::string(path) + " stayed an ordinary user");
  }
  return not_applicable("no set-user-id program is in sight");
}

Finding own_set_user_id(const Bait&) {
  const UniqueFd file(::open("tool", O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
  if (!file) return held("no file can be made");
  return must_fail("chown to root", ::fchown(file.get(), 0, 0));
}

Finding file_capability(const Bait&) {
  const UniqueFd file(::open("able", O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
  const std::uint32_t value[5] = {0x02000001, 0x00200000, 0, 0, 0};  // version 2, effective, CAP_SYS_ADMIN
  return must_fail("setxattr", ::fsetxattr(file.get(), "security.capability", value, sizeof value, 0));
}

Finding raise_limit(int resource) {
  rlimit now{};
  ::getrlimit(static_cast<__rlimit_resource>(resource), &now);
  if (now.rlim_max == RLIM_INFINITY) return broke("there is no limit");
  const rlimit more{now.rlim_max + 1, now.rlim_max + 1};
  return must_fail("setrlimit", ::setrlimit(static_cast<__rlimit_resource>(resource), &more));
}
Finding raise_files(const Bait&) { return raise_limit(RLIMIT_NOFILE); }
Finding raise_core(const Bait&) { return raise_limit(RLIMIT_CORE); }

Finding limits_of_host(const Bait& bait) {
  rlimit now{};
  return must_fail("prlimit", ::syscall(SYS_prlimit64, bait.process, RLIMIT_NOFILE, nullptr, &now));
}

Finding real_time(const Bait&) {
  sched_param most{};
  most.sched_priority = 50;
  return must_fail("sched_setscheduler", ::sched_setscheduler(0, SCHED_FIFO, &most));
}
Finding priority(const Bait&) { return must_fail("setpriority", ::setpriority(PRIO_PROCESS, 0, -20)); }

Finding environment(const Bait&) {
  constexpr const char* known[] = {"PATH=", "HOME=", "LANG=", "TMPDIR=", "PWD=", "MATCHRUNNER_"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool expected = false;
    for (const char* start : known) expected = expected || std::strncmp(*entry, start, std::strlen(start)) == 0;
    if (!expected) return broke(std::string("sees a variable of the host: ") + *entry);
  }
  return held("only variables of the match");
}

}  // namespace

std::span<const Attempt> privileges() {
  static constexpr Attempt attempts[] = {
      {"become-root", "takes the user id of root", "", become_root},
      {"become-root-group", "takes the group id of root", "", become_root_group},
      {"take-groups", "joins the groups shadow and disk", "", take_groups},
      {"take-capabilities", "gives itself every capability", "", take_capabilities},
      {"ambient-capability", "raises a capability for its children", "", ambient_capability},
      {"has-capabilities", "looks whether it has any capability", "", has_none},
      {"no-new-privs", "clears no_new_privs", "", drop_no_new_privileges},
      {"set-user-id-program", "runs a set-user-id program of the host", "CVE-2021-4034", set_user_id_program},
      {"own-set-user-id", "gives a program of its own to root", "", own_set_user_id},
      {"file-capability", "gives a program of its own a capability", "CVE-2021-3493", file_capability},
      {"raise-open-files", "raises its limit of open files", "", raise_files},
      {"raise-core", "raises its limit of core files", "", raise_core},
      {"limits-of-host", "reads the limits of a process of the host", "", limits_of_host},
      {"real-time", "runs before everything else on its processor", "", real_time},
      {"priority", "raises its priority", "", priority},
      {"environment", "looks for variables of the host", "", environment},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
