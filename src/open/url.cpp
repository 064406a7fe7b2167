// SPDX-License-Identifier: Apache-2.0
#include "open/url.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "base/nearest.hpp"
#include "base/percent.hpp"
#include "base/wildcard.hpp"
#include "matchrunner/open.hpp"

namespace matchrunner {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char low = lower(c);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// `why` may have parts of the URL in it, decoded.
Error bad_url(const std::string& shown, std::string_view why) {
  return Error{ErrorCode::invalid_argument, "'" + shown + "': " + without_controls(why)};
}

// Takes off what stands before the first of `ends`; the ending character stays in `rest`.
std::string_view take_until(std::string_view& rest, std::string_view ends) {
  const std::string_view part = rest.substr(0, rest.find_first_of(ends));
  rest.remove_prefix(part.size());
  return part;
}

// Turns %41 into A. false: broken, or a NUL.
bool decode(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return false;
    out += c;
  }
  return true;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool read_authority(std::string_view text, Url& url) {
  if (const auto at = text.rfind('@'); at != text.npos) {
    std::string_view secret = text.substr(0, at);
    if (!decode(take_until(secret, ":"), url.user)) return false;
    if (!secret.empty() && !decode(secret.substr(1), url.password)) return false;
    text.remove_prefix(at + 1);
  }
  const auto bracket = text.starts_with('[') ? text.find(']') : 0;  // an IPv6 address has colons of its own
  if (bracket == text.npos) return false;
  const auto colon = text.find(':', bracket);
  if (colon != text.npos) url.port = text.substr(colon + 1);
  return std::all_of(url.port.begin(), url.port.end(), is_digit) && decode(text.substr(0, colon), url.host);
}

bool read_options(std::string_view query, Url& url) {
  while (!query.empty()) {
    query.remove_prefix(1);  // the '?' or '&'
    std::string_view value = take_until(query, "&");
    auto& option = url.options.emplace_back();
    if (!decode(take_until(value, "="), option.first)) return false;
    if (!value.empty() && !decode(value.substr(1), option.second)) return false;
  }
  return true;
}

bool names_a_secret(std::string_view option) {
  std::string name;
  if (!decode(option, name)) return true;
  name = lower(name);
  constexpr std::string_view words[] = {"pass", "secret", "token", "key", "credential", "signature", "auth"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return name.find(word) != name.npos; });
}

// Where the user part of `rest` ends, behind "scheme://". A password with an unquoted '/' reaches past the first one.
std::size_t end_of_user(std::string_view rest) {
  const std::size_t authority = rest.find_first_of("/?#");
  const std::size_t at = rest.substr(0, authority).rfind('@');
  if (at != rest.npos) return at;
  const std::size_t colon = rest.substr(0, authority).find(':');
  if (colon == rest.npos || authority == rest.npos) return rest.npos;
  const std::string_view port = rest.substr(colon + 1, authority - colon - 1);
  if (!port.empty() && std::all_of(port.begin(), port.end(), is_digit)) return rest.npos;
  return rest.rfind('@');
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  Url url;
  url.text = masked_url(text);
  std::string_view rest = text;
  const std::string_view scheme = take_until(rest, ":/?#");
  if (!is_scheme(scheme) || !rest.starts_with("://")) return bad_url(url.text, "not a URL (scheme://...)");
  rest.remove_prefix(3);
  url.scheme = lower(scheme);

  const std::string_view authority = take_until(rest, "/?#");
  const std::string_view path = take_until(rest, "?#");
  const std::string_view query = take_until(rest, "#");
  if (!rest.empty()) return bad_url(url.text, "a fragment ('#') has no meaning; write %23 for the character");
  if (!read_authority(authority, url)) return bad_url(url.text, "its host or user part is broken");
  if (!decode(path, url.path) || !read_options(query, url)) return bad_url(url.text, "a broken %-sequence");

  std::vector<std::string> names;
  for (const auto& option : url.options) names.push_back(option.first);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return bad_url(url.text, "option '" + *twice + "' stands there twice");
  return url;
}

std::string option_of(const Url& url, std::string_view name, std::string_view otherwise) {
  for (const auto& [known, value] : url.options)
    if (known == name) return value;
  return std::string(otherwise);
}

Result<std::size_t> choice_of(const Url& url, std::string_view option, std::span<const std::string_view> values,
                              std::string_view otherwise) {
  const std::string value = option_of(url, option, otherwise);
  std::string all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] == value) return i;
    all += (all.empty() ? "" : " or ") + std::string(values[i]);
  }
  return bad_url(url.text, "option " + std::string(option) + " is " + all + ", not '" + value + "'");
}

Result<std::uint32_t> number_of(const Url& url, std::string_view option, std::uint32_t least, std::uint32_t most,
                                std::uint32_t otherwise) {
  const std::string text = option_of(url, option, std::to_string(otherwise));
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= least && number <= most) return number;
  return bad_url(url.text, "option " + std::string(option) + " is a number from " + std::to_string(least) + " to " +
                               std::to_string(most) + ", not '" + text + "'");
}

Result<void> check_options(const Url& url, std::span<const std::string_view> known, std::string_view form) {
  for (const auto& [name, value] : url.options) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view nearest = nearest_name(name, known);
    std::string why = "unknown option '" + name + "'";
    if (!nearest.empty()) why += ", the nearest is '" + std::string(nearest) + "'";
    return bad_url(url.text, why + " (" + std::string(form) + ")");
  }
  return {};
}

Result<void> check_no_host(const Url& url, std::string_view form) {
  const bool local = url.scheme == "file" && url.host == "localhost";
  if ((url.host.empty() || local) && url.user.empty() && url.password.empty() && url.port.empty()) return {};
  return bad_url(url.text, "no host belongs here: three slashes before the path (" + std::string(form) + ")");
}

Result<std::string> required_path(const Url& url, std::string_view form) {
  if (url.path.empty() || url.path == "/") return bad_url(url.text, "no path (" + std::string(form) + ")");
  return url.path;
}

std::string masked_url(std::string_view url) {
  const std::size_t start = url.find("://");
  std::string shown;
  std::string_view rest = url;
  if (start == url.npos) {  // none, but perhaps one that was mistyped
    if (const std::size_t at = rest.rfind('@'); at != rest.npos) {
      shown = "***";
      rest.remove_prefix(at);
    }
  } else {
    shown = url.substr(0, start + 3);
    rest.remove_prefix(start + 3);
    if (const std::size_t at = end_of_user(rest); at != rest.npos) {
      const std::string_view user = rest.substr(0, at);
      const std::size_t colon = user.find(':');
      shown += user.substr(0, colon);
      if (colon != user.npos) shown += ":***";
      rest.remove_prefix(at);
    }
  }
  shown += take_until(rest, "?");
  while (!rest.empty()) {
    shown += rest.front();  // the '?' or '&'
    rest.remove_prefix(1);
    std::string_view option = take_until(rest, "&#");
    const std::string_view name = take_until(option, "=");
    shown += name;
    if (!option.empty()) shown += names_a_secret(name) ? "=***" : std::string(option);
    if (rest.starts_with('#')) return without_controls(shown) + "#***";
  }
  return without_controls(shown);
}

std::string bare_url(std::string_view url) {
  std::string shown = masked_url(url);
  const std::size_t scheme = shown.find("://");
  if (scheme == shown.npos) return shown;
  const std::size_t begin = scheme + 3;
  const std::size_t query = std::min(shown.find('?', begin), shown.size());
  const std::size_t user = end_of_user(std::string_view(shown).substr(begin, query - begin));
  const std::size_t host = user == shown.npos ? begin : begin + user + 1;
  std::string bare = shown.substr(0, begin) + shown.substr(host, query - host);
  char mark = '?';
  for (std::string_view rest = std::string_view(shown).substr(query); !rest.empty();) {
    rest.remove_prefix(1);  // the '?' or '&'
    const std::string_view option = take_until(rest, "&");
    if (option.ends_with("=***")) continue;
    bare += std::exchange(mark, '&');
    bare += option;
  }
  return bare;
}

bool is_permitted_url(std::string_view url, std::string_view pattern) {
  const auto given = parse_url(url);
  const auto permitted = parse_url(pattern);
  if (!given || !permitted || given->scheme != permitted->scheme) return false;
  const auto fits = [](const std::string& text, const std::string& wanted) { return matches_wildcard(text, wanted); };
  const auto path_of = [](const Url& one) { return one.path.empty() ? std::string("/") : one.path; };
  const std::string steps = path_of(*given) + "/";
  if (steps.find("/../") != steps.npos) return false;
  // A port that the pattern does not name is that of the scheme.
  if (!fits(given->host, permitted->host) || !fits(given->port, permitted->port)) return false;
  if (!fits(path_of(*given), path_of(*permitted))) return false;
  for (const auto& [name, wanted] : permitted->options)
    if (!fits(option_of(*given, name, ""), wanted)) return false;
  return std::all_of(given->options.begin(), given->options.end(), [&](const auto& option) {
    return option.first == "session_token" ||
           std::any_of(permitted->options.begin(), permitted->options.end(),
                       [&](const auto& named) { return named.first == option.first; });
  });
}

}  // namespace matchrunner
