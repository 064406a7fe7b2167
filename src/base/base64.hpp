// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace matchrunner {

// For URLs and headers (section 5), with padding.
std::string base64url(std::string_view bytes);

// The bytes, of either alphabet; nothing: it is none, or has no padding where some belongs.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace matchrunner
