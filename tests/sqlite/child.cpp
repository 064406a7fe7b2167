// SPDX-License-Identifier: Apache-2.0
#include "sqlite/child.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace matchrunner {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (::pipe2(fds.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace

Child::Child(const std::string& verb, const std::string& path, const std::string& name) {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), STDOUT_FILENO);
  std::string texts[] = {STORE_PROCESS, verb, path, name};
  std::array<char*, 5> arguments{texts[0].data(), texts[1].data(), texts[2].data(), texts[3].data(), nullptr};
  const int failed = ::posix_spawn(&pid_, STORE_PROCESS, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("store_process cannot be started");
  input_ = std::move(in.write);
  output_ = std::move(out.read);
}

Child::~Child() {
  kill();
  wait();
}

std::string Child::read_line() {
  while (read_.find('\n') == std::string::npos) {
    std::array<char, 4096> block{};
    const auto count = ::read(output_.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return std::exchange(read_, {});
    read_.append(block.data(), static_cast<std::size_t>(count));
  }
  const auto end = read_.find('\n');
  std::string line = read_.substr(0, end);
  read_.erase(0, end + 1);
  return line;
}

void Child::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

int Child::wait() {
  if (pid_ <= 0) return 0;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace matchrunner
