// SPDX-License-Identifier: Apache-2.0
// The ETags that servers give parts, and an object made of them. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/bytes.hpp"

namespace matchrunner::s3 {

// "\"MD5 of the MD5s-N\""; empty when the ETags of the parts are no MD5s, as with some encryptions.
std::string multipart_etag(const std::vector<std::string>& parts);

// Whether it is the MD5 of the bytes, with or without quotes.
bool is_etag_of(std::string_view etag, ByteView bytes);

}  // namespace matchrunner::s3
