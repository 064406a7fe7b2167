// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/kernel_kills.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>

#include "base/unique_fd.hpp"

namespace matchrunner::docker {
namespace {

// The group whose limit was reached: "oom-kill:constraint=...,oom_memcg=/docker/ID,task_memcg=/docker/ID,task=...".
// A kill because the host had none left names no such group.
std::string_view limited_group(std::string_view record) {
  constexpr std::string_view before = ",oom_memcg=";
  if (record.find("oom-kill:") == std::string_view::npos) return {};
  const std::size_t at = record.find(before);
  if (at == std::string_view::npos) return {};
  record.remove_prefix(at + before.size());
  return record.substr(0, record.find(','));
}

}  // namespace

std::uint64_t out_of_memory_kills() {
  std::ifstream file("/proc/vmstat");
  std::string name;
  std::uint64_t number = 0;
  while (file >> name >> number)
    if (name == "oom_kill") return number;
  return 0;
}

bool was_killed_out_of_memory(const std::string& container_id) {
  const UniqueFd log(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::array<char, 8192> record{};  // the longest there is; each read gives one
  while (log) {
    const ssize_t got = ::read(log.get(), record.data(), record.size());
    if (got < 0 && errno != EPIPE && errno != EINTR) break;  // EPIPE: overwritten meanwhile
    if (got == 0) break;
    if (got > 0 &&
        limited_group({record.data(), static_cast<std::size_t>(got)}).find(container_id) != std::string_view::npos)
      return true;
  }
  return false;
}

}  // namespace matchrunner::docker
