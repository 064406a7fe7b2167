// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/descendants.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace matchrunner::launcher {
namespace {

constexpr int deepest_process = 64;

// Those that are deeper than that come up when what is above them has gone.
void signal_below(pid_t process, int signal, int depth) {
  char text[64];
  std::snprintf(text, sizeof text, "/proc/%d/task/%d/children", process, process);
  const int file = ::open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  char children[4096];
  const ssize_t got = ::read(file, children, sizeof children - 1);
  ::close(file);
  if (got <= 0) return;
  children[got] = '\0';
  char* at = children;
  for (char* end = at;; at = end) {
    const long child = std::strtol(at, &end, 10);
    if (end == at) break;
    if (*end == '\0') break;  // the number may have been cut off
    if (depth < deepest_process) signal_below(static_cast<pid_t>(child), signal, depth + 1);
    ::kill(static_cast<pid_t>(child), signal);
  }
}

}  // namespace

void signal_descendants(int signal) { signal_below(::getpid(), signal, 0); }

void kill_descendants() {
  do {
    signal_descendants(SIGKILL);
  } while (::waitpid(-1, nullptr, 0) > 0 || errno == EINTR);
}

}  // namespace matchrunner::launcher
