// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/older_runs.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <vector>

#include "adapters/sandbox/abstract_address.hpp"
#include "adapters/sandbox/seat_start.hpp"
#include "base/system_error.hpp"
#include "base/unique_fd.hpp"
#include "base/wakeup.hpp"

namespace matchrunner::sandbox {
namespace {

// A launcher that is asked kills at once. The name is anybody's to take: who takes longer is none of ours.
constexpr std::chrono::seconds patience{30};

// Names of the runs of this match that are older, as the kernel lists its sockets: "... @name".
std::vector<std::string> find_older(const MatchPlan& plan) {
  const std::string prefix = run_address_prefix(plan);
  std::vector<std::string> names;
  std::ifstream sockets("/proc/net/unix");
  for (std::string line; std::getline(sockets, line);) {
    const std::size_t at = line.find("@" + prefix);
    if (at == std::string::npos) continue;
    std::uint64_t found = 0;
    const char* const number = line.c_str() + at + 1 + prefix.size();
    if (std::from_chars(number, line.c_str() + line.size(), found).ec != std::errc() || found >= plan.epoch) continue;
    const std::string name = prefix + std::to_string(found);
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

// To connect is to ask; the launcher closes the connection when nothing is left.
Result<void> end_run(const std::string& name, const Context& context) {
  const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return system_error(errno, "socket", "sandbox");
  const AbstractAddress address(name);
  if (::connect(socket.get(), address.get(), address.size()) != 0) {
    if (errno == ECONNREFUSED) return {};  // it has ended in the meantime
    return system_error(errno, "connect to the older run", "sandbox");
  }
  pollfd closed{socket.get(), POLLIN, 0};
  Context patient = Context::within(patience, context.stop);
  patient.deadline = std::min(patient.deadline, context.deadline);
  auto waited = wait_for({&closed, 1}, patient);
  if (!waited) return std::move(waited).error();
  if (!*waited) return Error{ErrorCode::timeout, "an older run of this match has not ended yet", "sandbox"};
  char refused = 0;
  if (::read(socket.get(), &refused, 1) == 1)
    return Error{ErrorCode::permission_denied, "an older run of this match belongs to another user", "sandbox"};
  return {};
}

}  // namespace

Result<void> end_older_runs(const MatchPlan& plan, const Context& context) {
  for (const std::string& name : find_older(plan))
    if (auto ended = end_run(name, context); !ended) return ended;
  return {};
}

}  // namespace matchrunner::sandbox
