// SPDX-License-Identifier: Apache-2.0
// The socket that a server listens on, by HOST:PORT.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner::http_server {

Result<UniqueFd> listen_at(const std::string& address);

// "127.0.0.1:9377" of a bound socket.
Result<std::string> bound_address(int fd);

}  // namespace matchrunner::http_server
