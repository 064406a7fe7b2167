// SPDX-License-Identifier: Apache-2.0
// ServerScript: a server of the test's own, run by a script beside this file that says "up ..." when it is there, obeys
// the lines it is sent, answering each by "done", and ends everything with its input. For one thread.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace matchrunner {

class ServerScript {
 public:
  ServerScript(const std::string& name, const std::vector<std::string>& arguments);
  ~ServerScript();
  ServerScript(const ServerScript&) = delete;
  ServerScript& operator=(const ServerScript&) = delete;

  // What it said after "up".
  const std::vector<std::string>& words() const { return words_; }
  void order(const std::string& what);

 private:
  std::string read_line();

  const std::string name_;
  pid_t pid_ = -1;
  UniqueFd input_;
  UniqueFd output_;
  std::vector<std::string> words_;
};

}  // namespace matchrunner
