// SPDX-License-Identifier: Apache-2.0
#include "servers/server_script.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <sstream>
#include <stdexcept>

namespace matchrunner {

ServerScript::ServerScript(const std::string& name, const std::vector<std::string>& arguments) : name_(name) {
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
  std::vector<std::string> words{std::string(SERVER_SCRIPTS "/") + name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int error = ::posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(words[0] + " cannot be started");
  child_in.reset();
  child_out.reset();
  std::istringstream line(read_line());
  std::string word;
  if (!(line >> word) || word != "up") throw std::runtime_error(name + " did not start (scripts/install-deps test)");
  while (line >> word) words_.push_back(word);
}

ServerScript::~ServerScript() {
  input_.reset();
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

std::string ServerScript::read_line() {
  std::string line;
  char c = 0;
  while (::read(output_.get(), &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void ServerScript::order(const std::string& what) {
  const std::string line = what + "\n";
  if (::write(input_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) || read_line() != "done")
    throw std::runtime_error(name_ + ": no answer to " + what);
}

}  // namespace matchrunner
