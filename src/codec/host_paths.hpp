// SPDX-License-Identifier: Apache-2.0
// The host paths of a match file, made absolute. Pure functions of text: no disk is read.
#pragma once

#include <string_view>
#include <vector>

#include "matchrunner/domain/game.hpp"
#include "matchrunner/match_file.hpp"

namespace matchrunner::codec {

// `path` as seen from `folder`, without "." and ".." parts; as it is when it is absolute.
std::string seen_from(std::string_view folder, std::string_view path);

// The command lies in the seat's own folder: one of its files, named by its path from the working folder ("./bot").
bool is_own_file(const Seat& seat, std::string_view command);

// Takes relative `source`, `read_only` and commands with a '/' from `folder`; commands that are the seat's own files
// stay. Empty folder: the relative ones are the faults returned.
std::vector<InputFault> make_absolute(Game& game, std::string_view folder);
std::vector<InputFault> make_absolute(MatchRequest& request, std::string_view folder);

struct TakenPath {
  std::string field;  // "seats[0].files[1].source"
  std::string path;
};

// All `source` and `read_only`, of which the runner's host is to give what lies there.
std::vector<TakenPath> taken_paths(const MatchRequest& request);

}  // namespace matchrunner::codec
