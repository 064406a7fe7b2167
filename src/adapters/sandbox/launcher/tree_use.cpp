// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/tree_use.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/sandbox/launcher/text_file.hpp"

namespace matchrunner::launcher {
namespace {

// Fields of /proc/<pid>/stat, counted behind the name, which may hold anything.
constexpr std::size_t user_time = 11, system_time = 12, childrens_user_time = 13, childrens_system_time = 14,
                      resident_pages = 21;

void add_process(const std::string& folder, TreeUse& use) {
  static const long ticks = std::max(1L, ::sysconf(_SC_CLK_TCK));
  static const long page = ::sysconf(_SC_PAGESIZE);
  const std::string stat = read_text((folder + "/stat").c_str());
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return;
  const auto fields = split(std::string_view(stat).substr(name_end + 2), ' ');
  if (fields.size() <= resident_pages) return;
  const auto number = [&fields](std::size_t field) { return std::strtoull(fields[field].data(), nullptr, 10); };
  const std::uint64_t time =
      number(user_time) + number(system_time) + number(childrens_user_time) + number(childrens_system_time);
  use.cpu_nanoseconds += time * (1000000000U / static_cast<std::uint64_t>(ticks));
  use.resident_bytes += number(resident_pages) * static_cast<std::uint64_t>(page);
}

}  // namespace

std::vector<pid_t> processes_of_tree(pid_t init) {
  std::vector<pid_t> found = {init};
  for (std::size_t at = 0; at < found.size(); ++at) {
    const std::string folder = "/proc/" + std::to_string(found[at]) + "/task";
    for (const std::string& thread : names_in(folder.c_str())) {
      const std::string children = read_text((folder + "/" + thread + "/children").c_str());
      for (const std::string_view child : split(children, ' '))
        if (!child.empty()) found.push_back(static_cast<pid_t>(std::strtol(child.data(), nullptr, 10)));
    }
  }
  return found;
}

TreeUse measure_tree(pid_t init) {
  TreeUse use;
  for (const pid_t process : processes_of_tree(init)) add_process("/proc/" + std::to_string(process), use);
  return use;
}

std::uint64_t count_processes(uid_t uid) {
  const std::string of_user = "\nUid:\t" + std::to_string(uid) + "\t";
  constexpr std::string_view threads = "\nThreads:\t";
  std::uint64_t count = 0;
  for (const std::string& name : names_in("/proc")) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string status = read_text(("/proc/" + name + "/status").c_str());
    const std::size_t at = status.find(threads);
    if (status.find(of_user) == std::string::npos || at == std::string::npos) continue;
    count += std::strtoull(status.c_str() + at + threads.size(), nullptr, 10);
  }
  return count;
}

}  // namespace matchrunner::launcher
