// SPDX-License-Identifier: Apache-2.0
// Where cgroups are, as /proc/self/mountinfo and /proc/self/cgroup tell it. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace matchrunner::launcher {

struct Hierarchy {
  int version = 0;          // 0: there is none
  std::string mount_point;  // begins with '/'
  std::string root;         // the cgroup that is seen at the mount point
};

// The hierarchy with a controller of version 1, or that of version 2 when no controller is named.
Hierarchy find_hierarchy(std::string_view mountinfo, std::string_view controller_of_version_1);

// The caller's own group in a hierarchy; "/" when it is not told.
std::string own_group(std::string_view groups, std::string_view controller_of_version_1);

// As a folder, without '/' at its end (the top folder is empty): the part of `group` below what the mount shows.
std::string folder_of(const Hierarchy& hierarchy, std::string group);

}  // namespace matchrunner::launcher
