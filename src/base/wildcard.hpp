// SPDX-License-Identifier: Apache-2.0
// Patterns in which `*` stands for any characters, none included. Pure functions.
#pragma once

#include <string_view>

namespace matchrunner {

bool matches_wildcard(std::string_view text, std::string_view pattern);

// Whether there may be a text that matches and begins so.
bool may_match_below(std::string_view beginning, std::string_view pattern);

}  // namespace matchrunner
