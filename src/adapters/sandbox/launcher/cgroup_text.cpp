// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/cgroup_text.hpp"

#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

bool has_word(std::string_view list, std::string_view word, char separator) {
  for (const std::string_view item : split(list, separator))
    if (item == word) return true;
  return false;
}

}  // namespace

// A line of mountinfo: id parent major:minor root mount-point options ... - type source super-options
Hierarchy find_hierarchy(std::string_view mountinfo, std::string_view controller_of_version_1) {
  for (const std::string_view line : split(mountinfo, '\n')) {
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    const auto left = split(line.substr(0, dash), ' ');
    const auto right = split(line.substr(dash + 3), ' ');
    if (left.size() < 5 || !left[4].starts_with('/') || right.size() < 3) continue;
    const bool wanted = controller_of_version_1.empty()
                            ? right[0] == "cgroup2"
                            : right[0] == "cgroup" && has_word(right[2], controller_of_version_1, ',');
    if (wanted) return {controller_of_version_1.empty() ? 2 : 1, std::string(left[4]), std::string(left[3])};
  }
  return {};
}

// A line of /proc/self/cgroup is id:controllers:path.
std::string own_group(std::string_view groups, std::string_view controller_of_version_1) {
  for (const std::string_view line : split(groups, '\n')) {
    const auto parts = split(line, ':');
    if (parts.size() < 3) continue;
    const bool wanted = controller_of_version_1.empty() ? parts[0] == "0" && parts[1].empty()
                                                        : has_word(parts[1], controller_of_version_1, ',');
    if (wanted) return std::string(line.substr(parts[0].size() + parts[1].size() + 2));
  }
  return "/";
}

std::string folder_of(const Hierarchy& hierarchy, std::string group) {
  if (hierarchy.root != "/" && group.rfind(hierarchy.root, 0) == 0) group.erase(0, hierarchy.root.size());
  std::string folder = hierarchy.mount_point + "/" + group;
  while (folder.ends_with('/')) folder.pop_back();
  return folder;
}

}  // namespace matchrunner::launcher
