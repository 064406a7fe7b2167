// SPDX-License-Identifier: Apache-2.0
// What the kernel tells a launcher of cgroups: /proc/self/mountinfo, a NUL, /proc/self/cgroup.
#include "adapters/sandbox/launcher/cgroup_text.hpp"

#include "fuzz/target.hpp"

using namespace matchrunner::fuzz;
using namespace matchrunner::launcher;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view groups = text_of(data, size);
  const std::string_view mountinfo = take_until(groups, '\0');
  for (const char* controller : {"", "memory", "cpuacct"}) {
    const Hierarchy hierarchy = find_hierarchy(mountinfo, controller);
    if (hierarchy.version == 0) continue;
    require(hierarchy.mount_point.front() == '/', "cgroups are mounted somewhere");
    const std::string folder = folder_of(hierarchy, own_group(groups, controller));
    require(folder.empty() || (folder.front() == '/' && folder.back() != '/'), "a folder", folder);
  }
  return 0;
}
