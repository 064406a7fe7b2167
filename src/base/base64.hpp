// SPDX-License-Identifier: Apache-2.0
// Base64 for URLs and headers (RFC 4648, section 5), with padding. A pure function.
#pragma once

#include <string>
#include <string_view>

namespace matchrunner {

std::string base64url(std::string_view bytes);

}  // namespace matchrunner
