// SPDX-License-Identifier: Apache-2.0
// HostSlot: a number that no other launcher on this host has while the descriptor is open anywhere: its range of user
// ids and the names of its cgroups go by it. A value.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/unique_fd.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::sandbox {

struct HostSlot {
  std::uint32_t number = 0;
  UniqueFd lock;

  // Above the ranges that distributions and container engines hand out; 256 for each slot.
  uid_t first_uid() const { return 1879048192U + number * 256U; }
};

// `resource_exhausted`: all are taken.
Result<HostSlot> claim_host_slot();

}  // namespace matchrunner::sandbox
