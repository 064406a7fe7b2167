// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/cgroup_places.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

#include "adapters/sandbox/launcher/cgroup_text.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

constexpr int deepest_group = 64;

// The files of a group go with it, and cannot be removed.
bool remove_group_at(const std::string& folder, int depth) {
  if (::rmdir(folder.c_str()) == 0 || errno == ENOENT) return true;
  if (errno != EBUSY || depth > deepest_group) return false;
  for (const std::string& name : names_in(folder.c_str())) remove_group_at(folder + "/" + name, depth + 1);
  return ::rmdir(folder.c_str()) == 0 || errno == ENOENT;
}

bool make_folder(const std::string& folder) {
  remove_group(folder);
  return ::mkdir(folder.c_str(), 0755) == 0 || (errno == EEXIST && ::access(folder.c_str(), W_OK) == 0);
}

CgroupPlace place_in_version_1(const std::string& mountinfo, const std::string& groups, const char* controller,
                               const std::string& name) {
  const Hierarchy hierarchy = find_hierarchy(mountinfo, controller);
  if (hierarchy.version == 0) return {};
  const std::string folder = folder_of(hierarchy, own_group(groups, controller)) + "/" + name;
  return make_folder(folder) ? CgroupPlace{1, folder} : CgroupPlace{};
}

// In version 2 a group with processes of its own cannot hand controllers to groups below it, so the seats' groups go
// beside ours: to the nearest group above whose groups have the controllers and which we may change.
std::string find_version_2(const std::string& mountinfo, const std::string& groups, const std::string& name) {
  const Hierarchy hierarchy = find_hierarchy(mountinfo, {});
  if (hierarchy.version == 0) return {};
  std::string folder = folder_of(hierarchy, own_group(groups, {}));
  while (folder.size() >= hierarchy.mount_point.size()) {
    const std::string handed_down = read_text((folder + "/cgroup.subtree_control").c_str());
    const auto given = split(handed_down.substr(0, handed_down.find('\n')), ' ');
    std::size_t found = 0;
    for (const std::string_view item : given) found += item == "memory" || item == "pids" ? 1U : 0U;
    const bool may_move = ::access((folder + "/cgroup.procs").c_str(), W_OK) == 0;
    if (found == 2 && may_move && make_folder(folder + "/" + name) &&
        write_text((folder + "/" + name + "/cgroup.subtree_control").c_str(), "+memory +pids"))
      return folder + "/" + name;
    folder.erase(folder.rfind('/'));
  }
  return {};
}

}  // namespace

CgroupPlaces make_cgroup_places(std::uint32_t slot) {
  const std::string mountinfo = read_text("/proc/self/mountinfo");
  const std::string groups = read_text("/proc/self/cgroup");
  const std::string name = "matchrunner-" + std::to_string(slot);
  CgroupPlaces places;
  const std::string version_2 = find_version_2(mountinfo, groups, name);
  for (const ControllerName& row : controller_names) {
    CgroupPlace& place = places[static_cast<std::size_t>(row.controller)];
    place = version_2.empty() ? place_in_version_1(mountinfo, groups, row.version_1, name) : CgroupPlace{2, version_2};
  }
  return places;
}

void remove_cgroup_places(const CgroupPlaces& places) {
  for (const CgroupPlace& place : places)
    if (place.version != 0) remove_group(place.folder);
}

bool remove_group(const std::string& folder) { return remove_group_at(folder, 0); }

}  // namespace matchrunner::launcher
