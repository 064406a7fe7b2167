// SPDX-License-Identifier: Apache-2.0
// What a seat's processes use together, read from /proc: for hosts without cgroups, where nothing else adds it up.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace matchrunner::launcher {

struct TreeUse {
  std::uint64_t cpu_nanoseconds = 0;  // of those that live, and of those they waited for
  std::uint64_t resident_bytes = 0;   // shared pages count for each that has them
};

// `init` and all below it.
std::vector<pid_t> processes_of_tree(pid_t init);

// Of those together.
TreeUse measure_tree(pid_t init);

// Processes and threads of a user on this host, as its limit of them counts.
std::uint64_t count_processes(uid_t uid);

}  // namespace matchrunner::launcher
