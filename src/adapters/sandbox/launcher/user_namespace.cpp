// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/user_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapters/sandbox/launcher/text_file.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {
namespace {

std::string line(std::uint32_t first, std::uint32_t count) {
  return std::to_string(first) + " " + std::to_string(first) + " " + std::to_string(count) + "\n";
}

// What the maps are to hold; made outside, because inside nobody is anybody before they are written.
struct Maps {
  explicit Maps(const UserIds& more)
      : others(more.count > 0),
        users(line(::geteuid(), 1) + (others ? line(more.first, more.count) : "")),
        groups(line(::getegid(), 1) + (others ? line(more.first, more.count) : "")) {}

  bool write(const std::string& process) const {
    if (!others && !write_text((process + "/setgroups").c_str(), "deny")) return false;
    return write_text((process + "/uid_map").c_str(), users) && write_text((process + "/gid_map").c_str(), groups);
  }

  bool others;
  std::string users;
  std::string groups;
};

// A process that stayed outside, where root has the right to map other users.
pid_t start_mapper(const Maps& maps, UniqueFd& go) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -1;
  const UniqueFd ready(ends[0]);
  go.reset(ends[1]);
  const std::string launcher = "/proc/" + std::to_string(::getpid());
  const pid_t mapper = ::fork();
  if (mapper != 0) return mapper;
  go.reset();
  char byte = 0;
  ::_exit(::read(ready.get(), &byte, 1) == 1 && maps.write(launcher) ? 0 : errno);
}

}  // namespace

Failure enter_user_namespace(const UserIds& more) {
  const Maps maps(more);
  UniqueFd go;
  const pid_t mapper = maps.others ? start_mapper(maps, go) : 0;
  if (mapper < 0) return failed("map of the user namespace");
  const bool entered = ::unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0;
  Failure failure = entered ? Failure{} : failed("user namespace");
  if (mapper == 0) return entered && !maps.write("/proc/self") ? failed("map of the user namespace") : failure;
  if (entered && ::write(go.get(), "", 1) != 1) failure = failed("map of the user namespace");
  go.reset();
  int status = 0;
  while (::waitpid(mapper, &status, 0) < 0 && errno == EINTR) continue;
  if (entered && status != 0)
    failure = Failure{"map of the user namespace", WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD};
  return failure;
}

}  // namespace matchrunner::launcher
