// SPDX-License-Identifier: Apache-2.0
// Patterns in which `*` stands for any characters, none included. A pure function.
#pragma once

#include <string_view>

namespace matchrunner {

bool matches_wildcard(std::string_view text, std::string_view pattern);

}  // namespace matchrunner
