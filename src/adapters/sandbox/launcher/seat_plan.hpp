// SPDX-License-Identifier: Apache-2.0
// SeatPlan: everything that the processes of a seat need between clone and exec, laid out beforehand, because nothing
// may be allocated there. Plain values.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "adapters/sandbox/launcher/bind.hpp"
#include "adapters/sandbox/messages.hpp"

namespace matchrunner::launcher {

struct SeatPlan {
  const sandbox::SeatStart* start = nullptr;
  UniqueFd standard[3];          // what the seat gets as descriptors 0, 1 and 2
  std::vector<UniqueFd> more;    // ... and as 3, 4, 5, ...
  std::vector<Bind> binds;       // in the order in which they are to be mounted
  std::vector<char*> arguments;  // with the closing nullptr; they point into `start`
  std::vector<char*> environment;
  std::string temporary_options;  // of the tmpfs at /tmp
  uid_t uid = 0;
  std::string uid_map;  // for a user namespace of its own
  std::string gid_map;
  std::uint32_t index = 0;
  UniqueFd file_rules;  // Landlock ruleset of its own (file_rules.hpp); none: the one of all seats
  UniqueFd status;      // write end for StatusReport
  bool memory_by_rlimit = false;
  std::uint64_t user_processes = 0;  // that the seat's user has already, and that count against its limit
  bool dry_run = false;              // does everything but the exec
};

}  // namespace matchrunner::launcher
