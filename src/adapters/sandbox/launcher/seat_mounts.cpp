// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seat_mounts.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {
namespace {

// Folders above `path` and, for a file, an empty file there.
bool make_target(const Bind& bind) {
  char path[PATH_MAX];
  if (bind.target.size() >= sizeof path) return errno = ENAMETOOLONG, false;
  std::memcpy(path, bind.target.c_str(), bind.target.size() + 1);
  for (char* slash = std::strchr(path + 1, '/'); slash != nullptr; slash = std::strchr(slash + 1, '/')) {
    *slash = '\0';
    ::mkdir(path, 0755);
    *slash = '/';
  }
  if (bind.folder) return ::mkdir(path, 0755) == 0 || errno == EEXIST;
  const int file = ::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  return file >= 0 && ::close(file) == 0;
}

bool is_first_in_shadow(const SeatPlan& plan, const Bind& bind) {
  for (const Bind& other : plan.binds)
    if (other.shadow == bind.shadow) return &other == &bind;
  return true;
}

bool mount_bind(const SeatPlan& plan, const Bind& bind) {
  constexpr unsigned long plain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  const bool shadowed = !bind.shadow.empty();
  if (shadowed && is_first_in_shadow(plan, bind) &&
      mount("tmpfs", bind.shadow.c_str(), "tmpfs", plain, "size=1m,mode=0755") != 0)
    return false;
  const bool made_here = shadowed || std::strncmp(bind.target.c_str(), "/tmp/", 5) == 0;
  if (made_here && !make_target(bind)) return false;
  return move_mount(bind.tree.get(), bind.target.c_str()) == 0;
}

bool close_shadow(const SeatPlan& plan, const Bind& bind) {
  if (bind.shadow.empty() || !is_first_in_shadow(plan, bind)) return true;
  constexpr unsigned long plain = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  return mount(nullptr, bind.shadow.c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | plain, nullptr) == 0;
}

}  // namespace

const char* make_seat_mounts(const SeatPlan& plan) {
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) return "mount of /proc";
  if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, plan.temporary_options.c_str()) != 0)
    return "mount of /tmp";
  for (const Bind& bind : plan.binds)
    if (!mount_bind(plan, bind)) return "mount of a folder";
  for (const Bind& bind : plan.binds)
    if (!close_shadow(plan, bind)) return "read-only folder";
  return nullptr;
}

}  // namespace matchrunner::launcher
