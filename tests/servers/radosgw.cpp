// SPDX-License-Identifier: Apache-2.0
#include "servers/radosgw.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <stdexcept>

namespace matchrunner {

RadosGateway::RadosGateway(Gives gives) {
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  UniqueFd child_in(in[0]);
  UniqueFd child_out(out[1]);
  input_.reset(in[1]);
  output_.reset(out[0]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, child_in.get(), 0);
  ::posix_spawn_file_actions_adddup2(&actions, child_out.get(), 1);
  std::string program = RADOSGW_SCRIPT;
  std::string folder = folder_ / "server";
  std::string with_keys = "true";
  char* arguments[] = {program.data(), folder.data(), gives == Gives::nothing ? nullptr : with_keys.data(), nullptr};
  const int error = ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("tests/servers/radosgw cannot be started");
  child_in.reset();
  child_out.reset();
  const std::string line = read_line();
  if (line.rfind("up ", 0) != 0) throw std::runtime_error("radosgw did not start (scripts/install-deps test)");
  const std::size_t second = line.find(' ', 3);
  endpoint_ = "http://127.0.0.1:" + line.substr(3, second - 3);
  secure_endpoint_ = "https://127.0.0.1:" + line.substr(second + 1);
}

RadosGateway::~RadosGateway() {
  input_.reset();
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

std::string RadosGateway::read_line() {
  std::string line;
  char c = 0;
  while (::read(output_.get(), &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void RadosGateway::order(const std::string& what) {
  const std::string line = what + "\n";
  if (::write(input_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) || read_line() != "done")
    throw std::runtime_error("radosgw: no answer to " + what);
}

RadosGateway& shared_gateway() {
  static RadosGateway gateway;
  return gateway;
}

}  // namespace matchrunner
