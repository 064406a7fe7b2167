// SPDX-License-Identifier: Apache-2.0
// HOST:PORT, and [ADDRESS]:PORT of an IPv6 address. A pure function.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace matchrunner {

struct HostPort {
  std::string host;  // without brackets
  std::string port;  // digits, at most 65535
};
std::optional<HostPort> split_host_port(std::string_view text);

}  // namespace matchrunner
