// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/probe.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>

#include "adapters/sandbox/launcher/apart.hpp"
#include "adapters/sandbox/launcher/findings.hpp"
#include "adapters/sandbox/launcher/landlock.hpp"
#include "adapters/sandbox/launcher/leftovers.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/user_namespace.hpp"

namespace matchrunner::launcher {
namespace {

constexpr std::uint32_t init_user = 255;  // of the slot's range; seats have the first ones
constexpr std::uint32_t seat_users = 128;

struct NamespaceName {
  std::uint64_t flag;
  const char* name;
};
constexpr NamespaceName namespaces[] = {{CLONE_NEWPID, "pid"},
                                        {CLONE_NEWNS, "mount"},
                                        {CLONE_NEWIPC, "ipc"},
                                        {CLONE_NEWUTS, "uts"},
                                        {CLONE_NEWCGROUP, "cgroup"}};

std::uint64_t all_namespaces() {
  std::uint64_t flags = 0;
  for (const NamespaceName& row : namespaces) flags |= row.flag;
  return flags;
}

Failure try_other_users(const sandbox::Hello& hello) {
  if (::geteuid() != 0) return Failure{"users of their own for seats", EPERM};
  return try_apart("users of their own for seats", 0, [&hello] { return become(hello.first_uid); });
}

// Lines of /etc/passwd or /etc/group.
std::string user_lines(const Grounds& grounds, bool passwd) {
  const uid_t own = ::geteuid() == 0 ? 1000 : ::geteuid();
  const auto tail = [passwd](const std::string& id) { return passwd ? id + "::/seat:/bin/sh" : std::string(); };
  std::string text = "root:x:0:" + tail("0");
  for (std::uint32_t i = 0; i < (grounds.own_user ? seat_users : 1); ++i) {
    const std::string id = std::to_string(grounds.own_user ? grounds.first_uid + i : own);
    const std::string name = i == 0 ? "seat" : "seat" + std::to_string(i);
    text += "\n" + name + ":x:" + id + ":" + tail(id);
  }
  return text + "\n";
}

// A seat as any other, up to exec.
Failure try_seat(Grounds& grounds, SeatSlots& slots) {
  auto slot = std::make_unique<SeatSlot>(grounds, 0);
  if (Failure failure = slot->open()) return failure;
  sandbox::SeatStart start;
  start.working_folder = "/";
  start.cpu_nanoseconds = 1000000000;
  start.memory_bytes = 64U << 20U;
  start.file_bytes = 1U << 20U;
  start.processes = 8;
  start.open_files = 64;
  Seat seat(start, *slot, grounds, 0);
  seat.plan().dry_run = true;
  if (Failure failure = seat.prepare(grounds.view)) return failure;
  for (int i = 1; i <= 2; ++i) seat.plan().standard[i].reset(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  seat.begin_spawn();
  if (Failure failure = seat.finish_spawn()) return failure;
  std::vector<pollfd> fds;
  while (seat.alive()) {
    fds.clear();
    seat.watch(fds);
    if (::poll(fds.data(), fds.size(), -1) > 0) seat.react(fds.data());
  }
  if (seat.failure()) return seat.failure();
  if (!seat.ended_well()) return Failure{"first seat", ECHILD};
  slots.push_back(std::move(slot));
  return {};
}

Failure build_view(Grounds& grounds, bool in_user_namespace) {
  grounds.namespaces = all_namespaces();
  grounds.network_namespace = true;
  grounds.view_kind = sandbox::FileView::own_root;
  return grounds.view.build(user_lines(grounds, true), user_lines(grounds, false), in_user_namespace);
}

bool has_cgroup(const Grounds& grounds, Controller controller) {
  return grounds.cgroups[static_cast<std::size_t>(controller)].version != 0;
}

// With root's real rights: namespaces without a user namespace, and other users' ids.
Failure use_root_namespaces(const sandbox::Hello& hello, Grounds& grounds) {
  if (::geteuid() != 0) return Failure{"root", EPERM};
  const auto attempt = [&hello] {
    return mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 && become(hello.first_uid);
  };
  if (Failure failure = try_apart("namespaces", all_namespaces() | CLONE_NEWNET, attempt)) return failure;
  grounds.own_user = true;
  return build_view(grounds, false);
}

Failure use_root(const sandbox::Hello& hello, Grounds& grounds) {
  if (::geteuid() != 0) return Failure{"root", EPERM};
  for (const ControllerName& row : controller_names)
    if (row.controller != Controller::cpu && !has_cgroup(grounds, row.controller))
      return Failure{std::string("cgroup controller ") + row.version_1, ENOENT};
  return use_root_namespaces(hello, grounds);
}

Failure use_user_namespaces(const sandbox::Hello& hello, Grounds& grounds) {
  grounds.own_user = !try_other_users(hello);
  const UserIds ids{hello.first_uid, grounds.own_user ? init_user + 1 : 0};
  const auto attempt = [&ids] {
    const Failure failure = enter_user_namespace(ids);
    errno = failure.error_number;
    return !failure && ::unshare(static_cast<int>(all_namespaces() | CLONE_NEWNET)) == 0;
  };
  if (Failure failure = try_apart("user namespace", 0, attempt)) return failure;
  if (Failure failure = enter_user_namespace(ids)) return failure;
  grounds.nested_user = !grounds.own_user;
  return build_view(grounds, true);
}

// Landlock alone keeps seats of one user apart; seats with users of their own are kept apart by these, too.
Failure use_landlock(const sandbox::Hello& hello, Grounds& grounds) {
  const bool root = ::geteuid() == 0;
  if (Failure failure = root ? try_other_users(hello) : Failure{}) return failure;
  grounds.own_user = root;
  grounds.view_kind = sandbox::FileView::limited;
  const long needed = root ? 1 : landlock_with_scopes;
  if (landlock_version() >= needed) return {};
  return Failure{"Landlock of version " + std::to_string(needed), ENOSYS};
}

Failure use_nothing(const sandbox::Hello&, Grounds&) { return {}; }

// From strong to weak; the first that works on a seat is taken.
struct Rung {
  Tier tier;
  Failure (*set_up)(const sandbox::Hello& hello, Grounds& grounds);
};
constexpr Rung ladder[] = {
    {Tier::full, use_root},
    {Tier::user, use_user_namespaces},
    {Tier::user, use_root_namespaces},  // no cgroups, and the host forbids user namespaces
    {Tier::restricted, use_landlock},
    {Tier::none, use_nothing},
};

// What a rung that did not work has left.
void step_down(Grounds& grounds) {
  grounds.namespaces = 0;
  grounds.own_user = grounds.nested_user = grounds.network_namespace = grounds.seccomp = false;
  grounds.view_kind = sandbox::FileView::host;
  grounds.view = RootTemplate();
}

Failure build_filters(Grounds& grounds) {
  const bool held = grounds.tier > Tier::restricted;
  const bool own_user = grounds.own_user || held;
  // Trusted code may use what the host has.
  const SeccompFilter::Surroundings closed{held || grounds.tier == Tier::none, own_user || grounds.tier == Tier::none,
                                           false};
  if (Failure failure = grounds.filter_closed.build(closed)) return failure;
  auto with_network = closed;
  with_network.network = true;
  return grounds.filter_network.build(with_network);
}

Failure take_rung(const Rung& rung, const sandbox::Hello& hello, Grounds& grounds, SeatSlots& slots) {
  grounds.tier = rung.tier;
  if (Failure failure = rung.set_up(hello, grounds)) return failure;
  Failure filters = build_filters(grounds);
  grounds.seccomp = !filters;
  if (rung.tier == Tier::none) return expect_leftovers(grounds, 0);
  if (!filters) filters = expect_leftovers(grounds, seat_users);
  return filters ? filters : try_seat(grounds, slots);
}

std::vector<std::string> parts_in_force(const Grounds& grounds) {
  std::vector<std::string> parts;
  if (grounds.own_user) parts.emplace_back("user");
  if (grounds.tier == Tier::user && grounds.view.in_user_namespace()) parts.emplace_back("user_namespace");
  for (const NamespaceName& row : namespaces)
    if ((grounds.namespaces & row.flag) != 0) parts.emplace_back(row.name);
  if (grounds.network_namespace) parts.emplace_back("network");
  parts.emplace_back("no_new_privs");
  if (grounds.seccomp) parts.emplace_back("seccomp");
  if (grounds.landlock_closed)
    parts.emplace_back(landlock_version() >= landlock_with_scopes ? "landlock" : "landlock:tcp");
  if (grounds.has_file_rules()) parts.emplace_back("landlock:files");
  for (const ControllerName& row : controller_names) {
    const int version = grounds.cgroups[static_cast<std::size_t>(row.controller)].version;
    parts.emplace_back(version == 1 ? row.in_force_1 : version == 2 ? row.in_force_2 : row.in_force_without);
  }
  parts.emplace_back("rlimits");
  parts.emplace_back("looks:disk");
  return parts;
}

}  // namespace

sandbox::Ready make_grounds(const sandbox::Hello& hello, Grounds& grounds, SeatSlots& slots) {
  sandbox::Ready ready;
  grounds.self.reset(open_pidfd(::getpid()));
  grounds.first_uid = hello.first_uid;
  grounds.init_uid = hello.first_uid + init_user;
  grounds.cgroups = make_cgroup_places(hello.slot);
  grounds.landlock_closed = make_landlock_ruleset(false, LandlockFiles::open);
  grounds.landlock_network = make_landlock_ruleset(true, LandlockFiles::open);
  if (hello.diagnose) ready.findings = find_out(hello, grounds.cgroups);
  for (const Rung& rung : ladder) {
    if (rung.tier > hello.at_most) continue;
    const Failure failure = take_rung(rung, hello, grounds, slots);
    if (!failure) break;
    ready.missed.push_back({rung.tier, failure.text()});
    step_down(grounds);
  }
  ready.tier = grounds.tier;
  ready.in_force = parts_in_force(grounds);
  ready.view = grounds.view_kind;
  ready.own_user = grounds.own_user;
  return ready;
}

}  // namespace matchrunner::launcher
