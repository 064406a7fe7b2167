// SPDX-License-Identifier: Apache-2.0
// Child: a store_process under way. Killed and waited for at the end of its scope. Used by one thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/unique_fd.hpp"

namespace matchrunner {

class Child {
 public:
  Child(const std::string& verb, const std::string& path, const std::string& name);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line that it writes, without the newline; empty when it has ended.
  std::string read_line();

  void close_input() { input_.reset(); }
  void kill();

  // Waits for its end; the exit code, or minus the signal.
  int wait();

 private:
  pid_t pid_ = -1;
  UniqueFd input_;
  UniqueFd output_;
  std::string read_;  // not yet given out
};

}  // namespace matchrunner
