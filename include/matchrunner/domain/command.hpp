// SPDX-License-Identifier: Apache-2.0
// Command: what is asked from outside, as a CommandSource delivers it. A plain value.
#pragma once

#include <string>

namespace matchrunner {

struct Command {
  std::string delivery;  // the source's own handle, for accept and reject
  std::string body;      // JSON: {"command": "run" | "stop" | "status" | "ping", "data": {...}}
  std::string reply_to;  // where replies go, opaque; empty: nowhere
  std::string correlation_id;

  bool operator==(const Command&) const = default;
};

}  // namespace matchrunner
