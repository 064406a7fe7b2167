// SPDX-License-Identifier: Apache-2.0
// Match files: a MatchRequest or a Game as JSON, checked field by field (schema/match.schema.json, docs/match-file.md).
// Pure functions, safe from any thread; nothing here touches the disk.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

// One thing wrong with an input.
struct InputFault {
  std::string path;      // "seats[1].limits.cpu_seconds"; empty: the whole input
  std::string expected;  // "a number above 0"
  std::string found;     // "\"ten\""

  // "seats[1].limits.cpu_seconds: expected a number above 0, found \"ten\""
  std::string describe() const;
};

// All faults at once, in the order of the input; empty: it can be submitted. Unknown fields are faults that name the
// nearest known one. Relative paths of files and commands are fine here: the caller resolves them (parse_*'s `folder`).
std::vector<InputFault> check_match_request(std::string_view json);
std::vector<InputFault> check_game(std::string_view json);

// `invalid_argument` with every fault in its message, joined by "; ". Relative `source` and `read_only` paths and
// commands with a '/' are taken from `folder`; empty: they must be absolute.
Result<MatchRequest> parse_match_request(std::string_view json, std::string_view folder = {});
Result<Game> parse_game(std::string_view json, std::string_view folder = {});

// The JSON Schema (draft 2020-12) of the match file, generated from the same table that checks it.
std::string match_file_schema();

}  // namespace matchrunner
