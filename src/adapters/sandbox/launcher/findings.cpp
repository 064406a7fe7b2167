// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/findings.hpp"

#include <sched.h>
#include <sys/prctl.h>

#include <cstdlib>

#include "adapters/sandbox/launcher/apart.hpp"
#include "adapters/sandbox/launcher/landlock.hpp"
#include "adapters/sandbox/launcher/seccomp_filter.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"
#include "adapters/sandbox/launcher/user_namespace.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {
namespace {

struct Host {
  const sandbox::Hello& hello;
  const CgroupPlaces& cgroups;
};
struct Seen {
  bool found;
  std::string value;
};

Seen seen(const Failure& failure) { return {!failure, failure ? std::strerror(failure.error_number) : "works"}; }

bool in_user_namespace() {
  const Failure failure = enter_user_namespace({});
  errno = failure.error_number;
  return !failure;
}

Seen other_users(const Host& host) {
  return seen(try_apart("attempt", 0, [&] { return become(host.hello.first_uid); }));
}
Seen user_namespace(const Host&) { return seen(try_apart("attempt", 0, in_user_namespace)); }
Seen user_namespace_of_users(const Host& host) {
  if (::geteuid() != 0) return user_namespace(host);
  return seen(try_apart("attempt", 0, [&] {
    if (!become(host.hello.first_uid)) return false;
    ::prctl(PR_SET_DUMPABLE, 1);  // else its files in /proc are root's
    return in_user_namespace();
  }));
}

// As root without, else with a user namespace.
template <int flag>
Seen one_namespace(const Host&) {
  return seen(
      try_apart("attempt", 0, [] { return (::geteuid() == 0 || in_user_namespace()) && ::unshare(flag) == 0; }));
}

template <Controller controller>
Seen cgroup(const Host& host) {
  const CgroupPlace& place = host.cgroups[static_cast<std::size_t>(controller)];
  if (place.version == 0) return {false, "none that this user may write"};
  return {true, "version " + std::to_string(place.version) + ", " + place.folder};
}

Seen landlock(const Host&) {
  const std::string version = "version " + std::to_string(landlock_version());
  return {landlock_version() >= landlock_with_scopes, landlock_version() == 0 ? "not there" : version};
}

Seen seccomp(const Host&) {
  SeccompFilter filter;
  if (Failure failure = filter.build({})) return seen(failure);
  return seen(try_apart("attempt", 0, [&] {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    errno = filter.install();
    return errno == 0;
  }));
}

Seen pidfd(const Host&) {
  const UniqueFd self(open_pidfd(::getpid()));
  return seen(self ? Failure{} : failed("pidfd_open"));
}

Seen clone_3(const Host&) {
  return seen(try_apart("clone3", 0, [] { return true; }));
}

// A setting that the kernel may not have, which is as good as `right`; `least`: or more.
template <const char* path, long wanted, bool or_more>
Seen setting(const Host&) {
  const std::string text = read_text(path);
  if (text.empty()) return {true, "no such setting"};
  const long value = std::strtol(text.c_str(), nullptr, 10);
  return {or_more ? value >= wanted : value == wanted, std::to_string(value)};
}
constexpr char apparmor[] = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
constexpr char unprivileged[] = "/proc/sys/kernel/unprivileged_userns_clone";
constexpr char most_user_namespaces[] = "/proc/sys/user/max_user_namespaces";

struct Row {
  const char* name;
  Seen (*look)(const Host& host);
  const char* cost;
  const char* remedy;
};
constexpr const char* container =
    "in a container: give it CAP_SYS_ADMIN (docker run --cap-add SYS_ADMIN), or run on the host";
constexpr const char* delegate =
    "as root: mount cgroups writable; in a systemd service: Delegate=yes; for a user: systemd-run --user --scope -p "
    "Delegate=yes";
constexpr Row rows[] = {
    {"other_users", other_users, "seats share the user of the runner; no tier full", "run as root"},
    {"user_namespace", user_namespace, "no tier user for this user", "sysctl -w user.max_user_namespaces=10000"},
    {"user_namespace_of_users", user_namespace_of_users, "no tier user for ordinary users",
     "sysctl -w user.max_user_namespaces=10000, and the settings below"},
    {"namespace_pid", one_namespace<CLONE_NEWPID>, "seats find processes of the host; no tier above restricted",
     container},
    {"namespace_mount", one_namespace<CLONE_NEWNS>, "no root of its own for a seat; no tier above restricted",
     container},
    {"namespace_ipc", one_namespace<CLONE_NEWIPC>, "no shared memory in seats; no tier above restricted", container},
    {"namespace_uts", one_namespace<CLONE_NEWUTS>, "no tier above restricted", container},
    {"namespace_cgroup", one_namespace<CLONE_NEWCGROUP>, "no tier above restricted", container},
    {"namespace_network", one_namespace<CLONE_NEWNET>, "no sockets in seats; no tier above restricted", container},
    {"cgroup_memory", cgroup<Controller::memory>, "memory is limited by looks and for each process; no tier full",
     delegate},
    {"cgroup_pids", cgroup<Controller::pids>, "processes are limited for each user; no tier full", delegate},
    {"cgroup_cpu", cgroup<Controller::cpu>, "cpu time is added up by looks every 0.1 s", delegate},
    {"landlock", landlock,
     "signals and abstract sockets are not held a second time; no tier restricted for ordinary users",
     "Linux 6.12 or newer with landlock in the kernel's lsm= list"},
    {"seccomp", seccomp, "no tier above none", "a kernel with CONFIG_SECCOMP_FILTER"},
    {"pidfd", pidfd, "nothing can be run", "Linux 5.14 or newer"},
    {"clone3", clone_3, "nothing can be run", "a container engine whose seccomp profile knows clone3"},
    {"apparmor_restrict_unprivileged_userns", setting<apparmor, 0, false>, "no tier user for ordinary users",
     "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"},
    {"unprivileged_userns_clone", setting<unprivileged, 1, false>, "no tier user for ordinary users",
     "sysctl -w kernel.unprivileged_userns_clone=1"},
    {"max_user_namespaces", setting<most_user_namespaces, 1, true>, "no tier user",
     "sysctl -w user.max_user_namespaces=10000"},
};

}  // namespace

std::vector<sandbox::HostFinding> find_out(const sandbox::Hello& hello, const CgroupPlaces& cgroups) {
  std::vector<sandbox::HostFinding> findings;
  for (const Row& row : rows) {
    Seen what = row.look({hello, cgroups});
    findings.push_back({row.name, what.found, std::move(what.value), row.cost, row.remedy});
  }
  return findings;
}

}  // namespace matchrunner::launcher
