// SPDX-License-Identifier: Apache-2.0
// Percent-encoding (RFC 3986): of paths in URLs, and of what must not reach a terminal as it is. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace matchrunner {

// Keeps '/' and the unreserved characters; every other byte becomes %XX.
std::string percent_encode(std::string_view path);

// Nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// For messages, and for URLs as they are shown: control characters become %XX, all else stays.
std::string without_controls(std::string_view text);

}  // namespace matchrunner
