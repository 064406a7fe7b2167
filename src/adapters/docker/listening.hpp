// SPDX-License-Identifier: Apache-2.0
// Whether a program listens on a port, by the kernel's own tables: nobody connects to it for that, and so no server
// takes the question for a player.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"

namespace matchrunner::docker {

// One table (/proc/net/tcp and its like): a TCP socket that listens, or a UDP socket of no peer, on `port` and on more
// than the loopback.
bool has_listener(std::string_view table, std::uint16_t port);

// In the network namespace of the process, which is one of the container. `unsupported`: it is not seen from here.
Result<bool> listens(std::int64_t pid, const std::string& container, std::uint16_t port);

}  // namespace matchrunner::docker
