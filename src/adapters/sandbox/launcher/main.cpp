// SPDX-License-Identifier: Apache-2.0
// matchrunner-launcher: the resident child of a runner that starts, watches and ends the seats of its matches. It is
// started by the library with a socket as descriptor 3, and by nobody else.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sandbox/launcher/launcher.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"

namespace {

constexpr int socket_fd = 3;

bool is_socket(int fd) {
  struct stat about {};
  return ::fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode);
}

void use_all_descriptors() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

int main() {
  using namespace matchrunner::launcher;
  if (!is_socket(socket_fd)) {
    constexpr char text[] = "matchrunner-launcher is started by the matchrunner library, not by hand\n";
    [[maybe_unused]] const auto told = ::write(STDERR_FILENO, text, sizeof text - 1);
    return 2;
  }
  // The runner's child ends at once, so that the runner has nothing to wait for later.
  if (::fork() != 0) ::_exit(0);
  ::setsid();
  close_from(socket_fd + 1);
  ::fcntl(socket_fd, F_SETFD, FD_CLOEXEC);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < socket_fd; ++fd) ::dup2(nothing, fd);
  if (nothing > socket_fd) ::close(nothing);
  ::umask(022);
  use_all_descriptors();
  // Where the machine runs out of memory, matches go before their host.
  write_text("/proc/self/oom_score_adj", "500");
  return Launcher(matchrunner::UniqueFd(socket_fd)).run();
}
