// SPDX-License-Identifier: Apache-2.0
// CgroupPlaces: where on this host a launcher may make cgroups, found by trying. Made once; a plain value.
#pragma once

#include <array>
#include <string>

#include "adapters/sandbox/launcher/cgroup_table.hpp"

namespace matchrunner::launcher {

struct CgroupPlace {
  int version = 0;     // 0: this controller cannot be had
  std::string folder;  // this launcher's own; seats get folders in it
};

using CgroupPlaces = std::array<CgroupPlace, controller_count>;  // by Controller

// Folders named "matchrunner-<slot>" below the caller's own cgroups, empty of what an earlier launcher of this slot
// left.
CgroupPlaces make_cgroup_places(std::uint32_t slot);

// Removes them again. Whatever is still in use stays for the next launcher of the slot.
void remove_cgroup_places(const CgroupPlaces& places);

// A group with all groups below it; false and errno: something of it is in use.
bool remove_group(const std::string& folder);

}  // namespace matchrunner::launcher
