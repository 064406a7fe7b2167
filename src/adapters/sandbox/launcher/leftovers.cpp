// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/leftovers.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/sandbox/launcher/descendants.hpp"
#include "adapters/sandbox/launcher/left_objects.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

constexpr int most_looks = 200;
constexpr timespec between_looks{0, 5000000};

// Looks until nothing is found, for a second: the kernel may still be at work on what was killed.
template <class Look>
auto look_until_nothing(Look look) {
  auto found = look();
  for (int i = 1; i < most_looks && found != 0; ++i) {
    ::nanosleep(&between_looks, nullptr);
    found = look();
  }
  return found;
}

bool has_processes(uid_t uid) {
  errno = 0;
  return ::getpriority(PRIO_USER, uid) != -1 || errno != ESRCH;
}

// As that user, a signal to all that it may signal: its own processes, and no others.
void end_processes_of(uid_t uid) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (clear_groups() == 0 && set_group(uid) == 0 && set_user(uid) == 0) ::kill(-1, SIGKILL);
    ::_exit(0);
  }
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

// Whether the first users of the slot have processes; those that are found are killed.
bool end_users(const Grounds& grounds, std::size_t count) {
  bool found = false;
  for (uid_t uid = grounds.first_uid; grounds.own_user && uid < grounds.first_uid + count; ++uid) {
    if (!has_processes(uid)) continue;
    end_processes_of(uid);
    found = true;
  }
  return found;
}

// Inits stay in the launcher's session; their programs begin one of their own, which nothing below them can leave for
// ours. Whether there was a child of another session.
bool end_strangers() {
  bool found = false;
  const std::string task = std::to_string(::getpid());
  const std::string children = read_text(("/proc/" + task + "/task/" + task + "/children").c_str());
  for (const std::string_view child : split(children, ' ')) {
    const pid_t pid = static_cast<pid_t>(std::strtol(child.data(), nullptr, 10));
    if (pid <= 0 || ::getsid(pid) == ::getsid(0)) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, WNOHANG);
    found = true;
  }
  return found;
}

// When no init is left, every child is one. Whether there is still one.
bool end_children() {
  signal_descendants(SIGKILL);
  while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
  return ::waitpid(-1, nullptr, WNOHANG) == 0;
}

// Where seats share the host's files and objects, and have users of their own to tell theirs by.
void remove_objects(const Grounds& grounds, std::size_t users, Finds& finds) {
  if (grounds.own_user && grounds.namespaces == 0) remove_objects_of(grounds.first_uid, users, finds);
}

// In one line; empty: nothing is amiss. What nothing was to hold may be left, as long as it can be removed.
std::string told(const Grounds& grounds, const Finds& finds) {
  if (!finds.remaining.empty()) return "left by a seat, and cannot be removed: " + finds.remaining.text();
  if (finds.removed.empty() || grounds.tier == Tier::none) return {};
  return "left by a seat that the sandbox was to keep from it: " + finds.removed.text() + "; removed";
}

}  // namespace

void end_orphans() { look_until_nothing(end_strangers); }

Failure expect_leftovers(const Grounds& grounds, std::uint32_t users) {
  if (grounds.has_pid_namespace()) return {};
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) return failed("child subreaper");
  if (look_until_nothing([&] { return end_users(grounds, users); }))
    return Failure{"processes of an earlier launcher", EBUSY};
  Finds finds;
  remove_objects(grounds, users, finds);
  return finds.remaining.empty() ? Failure{} : Failure{"left by an earlier launcher: " + finds.remaining.text(), EBUSY};
}

std::string remove_leftovers(const Grounds& grounds, const std::vector<std::unique_ptr<SeatSlot>>& slots,
                             std::size_t seats) {
  seats = std::min(seats, slots.size());
  if (!grounds.has_pid_namespace()) {
    if (look_until_nothing(end_children)) return "processes of the match could not be ended";
    if (look_until_nothing([&] { return end_users(grounds, seats); }))
      return "processes of a seat's user could not be ended";
  }
  Finds finds;
  for (std::size_t i = 0; i < seats; ++i) {
    const Cgroup& cgroup = slots[i]->cgroup();
    const std::uint64_t left = look_until_nothing([&] { return cgroup.processes_alive(); });
    if (left > 0) return std::to_string(left) + " processes are left in the group of seat " + std::to_string(i);
    cgroup.remove_groups_below(finds);
  }
  remove_objects(grounds, seats, finds);
  return told(grounds, finds);
}

}  // namespace matchrunner::launcher
