// SPDX-License-Identifier: Apache-2.0
#include "runtime/target_url.hpp"

#include <string_view>

#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

constexpr std::string_view hidden = "=***";

}  // namespace

std::string bare_url(const std::string& url) {
  const std::string shown = masked_url(url);
  const std::size_t start = shown.find("://");
  if (start == shown.npos) return shown;
  const std::size_t query = std::min(shown.find('?', start), shown.size());
  const std::size_t authority = start + 3;
  const std::size_t at = shown.rfind('@', query);
  std::string bare = shown.substr(0, authority);
  const std::size_t host = at == shown.npos || at < authority ? authority : at + 1;
  bare += shown.substr(host, query - host);
  char mark = '?';
  for (std::string_view rest = std::string_view(shown).substr(query); !rest.empty();) {
    rest.remove_prefix(1);  // the '?' or '&'
    const std::string_view option = rest.substr(0, rest.find('&'));
    rest.remove_prefix(option.size());
    if (option.ends_with(hidden)) continue;
    bare += mark;
    bare += option;
    mark = '&';
  }
  return bare;
}

}  // namespace matchrunner
