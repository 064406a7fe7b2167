// SPDX-License-Identifier: Apache-2.0
// The body of a command: {"command": word, "data": {...}} ("body" is taken for "data" too). Untrusted input. Pure
// functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

struct RunCommand {
  MatchRequest request;  // data: a match request
};
struct StopCommand {
  std::string match;   // data.match_id
  std::string reason;  // data.reason; empty: none given
};
struct StatusCommand {
  std::string match;  // data.match_id
};
struct PingCommand {};

using CommandBody = std::variant<RunCommand, StopCommand, StatusCommand, PingCommand>;

// `invalid_argument`, one line that names every missing or wrong field.
Result<CommandBody> parse_command_body(std::string_view text);

}  // namespace matchrunner
