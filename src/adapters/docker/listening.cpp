// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/listening.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include "adapters/docker/failure.hpp"

namespace matchrunner::docker {
namespace {

constexpr std::string_view tcp_listen = "0A";
constexpr std::string_view udp_unconnected = "07";
constexpr std::string_view loopback_6 = "00000000000000000000000001000000";

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// "0100007F": the kernel prints words in the order of the machine's bytes.
bool is_loopback(std::string_view address) {
  return address == loopback_6 || (address.size() == 8 && address.ends_with("7F"));
}

}  // namespace

bool has_listener(std::string_view table, std::uint16_t port) {
  std::istringstream lines{std::string(table)};
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string number;
    std::string local;
    std::string remote;
    std::string state;
    if (!(words >> number >> local >> remote >> state)) continue;
    const std::size_t colon = local.find(':');
    if (colon == std::string::npos || (state != tcp_listen && state != udp_unconnected)) continue;
    std::uint16_t own = 0;
    std::from_chars(local.data() + colon + 1, local.data() + local.size(), own, 16);
    if (own == port && !is_loopback(std::string_view(local).substr(0, colon))) return true;
  }
  return false;
}

Result<bool> listens(std::int64_t pid, const std::string& container, std::uint16_t port) {
  const std::string process = "/proc/" + std::to_string(pid);
  if (pid <= 0 || content_of(process + "/cgroup").find(container) == std::string::npos)
    return Error{ErrorCode::unsupported, "the engine's processes are not seen from here", origin};
  for (const char* table : {"/net/tcp", "/net/tcp6", "/net/udp", "/net/udp6"})
    if (has_listener(content_of(process + table), port)) return true;
  return false;
}

}  // namespace matchrunner::docker
