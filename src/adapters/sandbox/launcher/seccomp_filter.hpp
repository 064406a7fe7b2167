// SPDX-License-Identifier: Apache-2.0
// SeccompFilter: the table of seccomp_table.hpp as the program that the kernel runs at each system call of a seat.
// Made once by a launcher; install() allocates nothing and may be called between clone and exec.
#pragma once

#include <linux/filter.h>

#include <string>

#include "adapters/sandbox/launcher/failure.hpp"

namespace matchrunner::launcher {

class SeccompFilter {
 public:
  struct Surroundings {
    bool namespaces = true;  // hold what can be shared
    bool own_user = true;    // no file or process of others is the seat's user's
    bool network = false;    // the seat has it
  };

  Failure build(const Surroundings& around);
  // On the calling thread, for good; it must have no_new_privs. errno, or 0.
  int install() const;

 private:
  std::string program_;  // of sock_filter
};

}  // namespace matchrunner::launcher
