// SPDX-License-Identifier: Apache-2.0
// Lower case of ASCII letters, whatever the locale; all other bytes stay. Pure functions.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace matchrunner {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string lower(std::string_view text) {
  std::string all(text);
  std::transform(all.begin(), all.end(), all.begin(), [](char c) { return lower(c); });
  return all;
}

}  // namespace matchrunner
