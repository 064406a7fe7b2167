// SPDX-License-Identifier: Apache-2.0
// Which matches have a process on this machine now, by what /proc says of their environment, and who holds them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace matchrunner::test {

// A process that is not mistaken for another one when its number is used again.
class Process {
 public:
  explicit Process(int pid);
  int pid() const { return pid_; }
  bool gone(int patience_ms = 0) const;
  bool kill() const;  // SIGKILL; false: it was gone

 private:
  int pid_;
  UniqueFd pidfd_;
};

// Of all matches whose id begins so: process and match.
std::map<int, std::string> processes_of_matches(const std::string& id_prefix);
std::set<std::string> matches_with_processes(const std::string& id_prefix);

// Who holds one match: the init of its seat, and the launcher.
struct Holder {
  int init = 0;
  int launcher = 0;
};
std::vector<Holder> holders_of_matches(const std::string& id_prefix);

}  // namespace matchrunner::test
