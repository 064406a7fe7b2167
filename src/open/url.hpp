// SPDX-License-Identifier: Apache-2.0
// Url: the parts of a URL (RFC 3986) that name a port, decoded. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

struct Url {
  std::string text;    // as it may be shown: masked_url of the whole
  std::string scheme;  // lower case
  std::string user;
  std::string password;
  std::string host;
  std::string port;  // digits; empty: none given
  std::string path;  // with its leading '/'; empty: none
  std::vector<std::pair<std::string, std::string>> options;
};

// `invalid_argument`: no "scheme://", a broken %-sequence, a NUL, a fragment, an option that stands twice. The message
// shows no secret.
Result<Url> parse_url(std::string_view url);

// The option's value; `otherwise` when it is not given.
std::string option_of(const Url& url, std::string_view name, std::string_view otherwise);

// Where the option's value stands in `values`; `invalid_argument` names them all.
Result<std::size_t> choice_of(const Url& url, std::string_view option, std::span<const std::string_view> values,
                              std::string_view otherwise);

// The option's whole number, from `least` to `most`; `invalid_argument` says so.
Result<std::uint32_t> number_of(const Url& url, std::string_view option, std::uint32_t least, std::uint32_t most,
                                std::uint32_t otherwise);

// `invalid_argument` for an option that is not in `known`; names the nearest. `form` is how such a URL looks.
Result<void> check_options(const Url& url, std::span<const std::string_view> known, std::string_view form);

// `invalid_argument` for a user, host or port; file:// may have localhost.
Result<void> check_no_host(const Url& url, std::string_view form);

// The path, %-decoded: what it is on this host. `invalid_argument`: none.
Result<std::string> required_path(const Url& url, std::string_view form);

}  // namespace matchrunner
