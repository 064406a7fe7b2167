// SPDX-License-Identifier: Apache-2.0
// The body of a command: {"command": word, "data": {...}} ("body" is taken for "data" too), also in the older words of
// docs/rabbitmq.md. Untrusted input. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

struct RunCommand {
  MatchRequest request;  // data: a match request
  bool older = false;    // it came in the older words
};
struct StopCommand {
  std::string match;   // data.match_id
  std::string reason;  // data.reason; empty: none given
};
struct StatusCommand {
  std::string match;  // data.match_id
};
struct ScoreCommand {
  std::string match;  // data.match_id
};
struct PingCommand {};
struct ShutdownCommand {};

// An older word without all that it needs: it cannot be meant, and the answer lists the paths.
struct IncompleteCommand {
  std::vector<std::string> missing;
};

using CommandBody =
    std::variant<RunCommand, StopCommand, StatusCommand, ScoreCommand, PingCommand, ShutdownCommand, IncompleteCommand>;

// `invalid_argument`, one line that names every missing or wrong field.
Result<CommandBody> parse_command_body(std::string_view text);

// The command that asks for this match, secrets and all, and that parse_command_body reads as the same.
std::string run_command_text(const RunCommand& run);

// The id of the match that a command is about, whatever else is wrong with it; empty: none can be seen.
std::string match_named_in(std::string_view text);

}  // namespace matchrunner
