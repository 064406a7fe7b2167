// SPDX-License-Identifier: Apache-2.0
// Command: what is asked from outside, as a CommandSource delivers it. A plain value.
#pragma once

#include <string>

namespace matchrunner {

struct Command {
  std::string delivery;  // the source's own handle, for accept and reject
  std::string body;      // JSON: {"command": "run" | "stop" | ..., "data": {...}}, as in docs/commands.md
  std::string reply_to;  // where replies go, opaque; empty: nowhere
  std::string correlation_id;
  std::string message_id = {};  // the sender's own, different for each; the id of the match where a "run" names none
  bool for_all = false;         // every runner on the source gets it; only the one it concerns answers

  bool operator==(const Command&) const = default;
};

}  // namespace matchrunner
