// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>

#include "base/system_error.hpp"
#include "base/wakeup.hpp"

namespace matchrunner::sandbox {
namespace {

constexpr int socket_in_launcher = 3;

Error lost() { return Error{ErrorCode::unavailable, "the launcher is gone", "sandbox"}; }

// Whatever the host does with its signals, the launcher starts with none blocked and none ignored.
class SpawnSettings {
 public:
  explicit SpawnSettings(int socket) {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, socket, socket_in_launcher);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

}  // namespace

Result<std::unique_ptr<LauncherProcess>> LauncherProcess::start(const std::string& path, Tier at_most,
                                                                const Context& context, bool diagnose) {
  std::unique_ptr<LauncherProcess> launcher(new LauncherProcess);
  auto slot = claim_host_slot();
  if (!slot) return std::move(slot).error();
  launcher->slot_ = *std::move(slot);
  if (auto spawned = launcher->spawn(path); !spawned) return std::move(spawned).error();
  if (auto greeted = launcher->greet(at_most, diagnose, context); !greeted) return std::move(greeted).error();
  return launcher;
}

// A forked child of this process may have the socket too, so that closing it here would tell the launcher nothing. In
// such a child it is not ours to end.
LauncherProcess::~LauncherProcess() {
  if (socket_ && owner_ == ::getpid()) ::shutdown(socket_.get(), SHUT_RDWR);
}

Result<void> LauncherProcess::spawn(const std::string& path) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return system_error(errno, "socketpair", "sandbox");
  socket_.reset(ends[0]);
  // Moved up, so that the copy at its number in the launcher is a copy and loses close-on-exec.
  UniqueFd theirs(::fcntl(ends[1], F_DUPFD_CLOEXEC, socket_in_launcher + 1));
  ::close(ends[1]);
  if (!theirs) return system_error(errno, "dup", "sandbox");
  const SpawnSettings settings(theirs.get());
  char* const arguments[] = {const_cast<char*>("matchrunner-launcher"), nullptr};
  char* const environment[] = {nullptr};
  pid_t child = -1;
  const int error =
      ::posix_spawn(&child, path.c_str(), &settings.actions, &settings.attributes, arguments, environment);
  if (error != 0) return system_error(error, "start of " + path, "sandbox");
  // This child forks the launcher and ends at once. ECHILD: somebody here waits for every child, or ignores SIGCHLD.
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
  return {};
}

Result<void> LauncherProcess::greet(Tier at_most, bool diagnose, const Context& context) {
  const UniqueFd self(static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0)));
  if (!self) return system_error(errno, "pidfd_open", "sandbox");
  const int fds[] = {slot_.lock.get(), self.get()};
  const Hello hello{slot_.number, slot_.first_uid(), at_most, diagnose};
  if (auto sent = send_bytes(MessageKind::hello, to_bytes(hello), fds, 2, context); !sent) return sent;
  Frame frame;
  while (!next(frame)) {
    pollfd readable{socket_.get(), POLLIN, 0};
    auto waited = wait_for({&readable, 1}, context);
    if (!waited) return std::move(waited).error();
    if (!*waited) return Error{ErrorCode::timeout, "the launcher did not become ready in time", "sandbox"};
    const bool there = receive();
    if (!there && !next(frame)) return lost();
    if (!there) break;
  }
  if (frame.kind != MessageKind::ready || !from_bytes(frame.body, ready_))
    return Error{ErrorCode::unsupported, "the launcher belongs to another version of matchrunner", "sandbox"};
  return {};
}

Result<void> LauncherProcess::send_bytes(MessageKind kind, const std::string& body, const int* fds,
                                         std::size_t fd_count, const Context& context) {
  const std::string bytes = encode_frame(kind, body, fd_count);
  std::string_view rest(bytes);
  while (!rest.empty()) {
    const long sent = send_some(socket_.get(), rest, fds, fd_count);
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
      fd_count = 0;
      continue;
    }
    if (sent != -EAGAIN) return lost();
    pollfd writable{socket_.get(), POLLOUT, 0};
    auto waited = wait_for({&writable, 1}, context);
    if (!waited) return std::move(waited).error();
    if (!*waited) return Error{ErrorCode::timeout, "the launcher does not take requests", "sandbox"};
  }
  return {};
}

void LauncherProcess::end() {
  ::shutdown(socket_.get(), SHUT_WR);
  const Context context = Context::within(longest_end);
  pollfd readable{socket_.get(), POLLIN, 0};
  while (receive()) {
    auto waited = wait_for({&readable, 1}, context);
    if (!waited || !*waited) return;
  }
}

bool LauncherProcess::alive() const {
  pollfd readable{socket_.get(), POLLIN, 0};
  return ::poll(&readable, 1, 0) == 0;
}

}  // namespace matchrunner::sandbox
