// SPDX-License-Identifier: Apache-2.0
// The form of every identifier: 1 to 128 of [A-Za-z0-9._-], not starting with a dot or a hyphen.
// So an id is safe as a file name, in a URL and on a command line, as it is.
#pragma once

#include <string_view>

namespace matchrunner {

inline constexpr std::size_t max_id_length = 128;

constexpr bool is_valid_id(std::string_view id) {
  if (id.empty() || id.size() > max_id_length || id.front() == '.' || id.front() == '-') return false;
  for (const char c : id) {
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter_or_digit && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace matchrunner
