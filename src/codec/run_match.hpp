// SPDX-License-Identifier: Apache-2.0
// run_match: the message of an older runner of soccer matches (a game server and two teams of images), and the match it
// asks for in the words of a match file. Untrusted input. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "codec/json_text.hpp"

namespace matchrunner {

// What the message lacks: "team_left.image_name", each path up to the first part that is not there. Empty: nothing.
std::vector<std::string> missing_in_run_match(const codec::Json& data);

// The match file. `faults`: what the message says that cannot be had. Only for data that lacks nothing.
codec::Json match_file_of_run_match(const codec::Json& data, std::vector<InputFault>& faults);

}  // namespace matchrunner
