// SPDX-License-Identifier: Apache-2.0
#include "base/wildcard.hpp"

namespace matchrunner {

// After a mismatch the last `*` takes one character more: never worse than the product of both lengths.
bool matches_wildcard(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = pattern.npos;
  std::size_t taken = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      taken = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
      ++in_pattern;
      ++at;
    } else if (star != pattern.npos) {
      in_pattern = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

bool may_match_below(std::string_view beginning, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  const std::string_view fixed = pattern.substr(0, star);
  return fixed.starts_with(beginning) || (star != pattern.npos && beginning.starts_with(fixed));
}

}  // namespace matchrunner
