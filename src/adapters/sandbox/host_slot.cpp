// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/host_slot.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "adapters/sandbox/abstract_address.hpp"
#include "base/system_error.hpp"

namespace matchrunner::sandbox {
namespace {
constexpr std::uint32_t slots = 4096;
}

// An abstract socket's name is free again as soon as its last descriptor is closed, however its process ended.
Result<HostSlot> claim_host_slot() {
  UniqueFd lock(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!lock) return system_error(errno, "socket", "sandbox");
  for (std::uint32_t number = 0; number < slots; ++number) {
    const AbstractAddress address("matchrunner/slot/" + std::to_string(number));
    if (::bind(lock.get(), address.get(), address.size()) == 0) return HostSlot{number, std::move(lock)};
    if (errno != EADDRINUSE) return system_error(errno, "bind", "sandbox");
  }
  return Error{ErrorCode::resource_exhausted, "this host has too many launchers already", "sandbox"};
}

}  // namespace matchrunner::sandbox
