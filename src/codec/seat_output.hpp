// SPDX-License-Identifier: Apache-2.0
// What seats write for us: the result file and the lines of MATCHRUNNER_EVENTS. Untrusted input. Pure functions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

inline constexpr std::size_t max_result_bytes = 1 << 20;
inline constexpr std::size_t max_event_line_bytes = 16 << 10;

// {"scores": {seat: number}, "reason": text, further fields kept}.
struct ResultFile {
  std::map<std::string, double> scores;  // by seat name
  std::string reason;
  std::string details = "{}";  // JSON object of the further fields
};

// `invalid_argument`, one line: not JSON, no scores object, a score that is not a finite number, an unknown seat, too
// long.
Result<ResultFile> parse_result_file(std::string_view text, std::span<const Seat> seats);

// {"type": word, ...}: type is [a-z][a-z0-9_]{0,31}, and none of the match machine's own events.
struct EventLine {
  std::string type;
  std::string body;  // JSON object without "type"
};
Result<EventLine> parse_event_line(std::string_view line);

}  // namespace matchrunner
