// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure functions.
#pragma once

#include <cstddef>
#include <string_view>

namespace matchrunner {

// Bytes of the character that the text begins with; 0: of none.
std::size_t utf8_size(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace matchrunner
