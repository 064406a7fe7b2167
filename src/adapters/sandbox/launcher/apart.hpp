// SPDX-License-Identifier: Apache-2.0
// Tries something in a process of its own, so that the launcher is not changed by it. Single-threaded callers only.
#pragma once

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstdint>

#include "adapters/sandbox/launcher/failure.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {

// `attempt` gives false and errno when it fails; `what` names it.
template <class Attempt>
Failure try_apart(const char* what, std::uint64_t clone_flags, Attempt attempt) {
  clone_args arguments{};
  arguments.flags = clone_flags;
  arguments.exit_signal = SIGCHLD;
  const pid_t child = clone3(arguments);
  if (child == 0) ::_exit(attempt() ? 0 : errno);
  if (child < 0) return failed(what);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status == 0 ? Failure{} : Failure{what, WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD};
}

// That user, and nobody else's groups.
inline bool become(std::uint32_t id) { return clear_groups() == 0 && set_group(id) == 0 && set_user(id) == 0; }

}  // namespace matchrunner::launcher
