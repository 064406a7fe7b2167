// SPDX-License-Identifier: Apache-2.0
// The ETag that servers give an object made of parts. A pure function.
#pragma once

#include <string>
#include <vector>

namespace matchrunner::s3 {

// "\"MD5 of the MD5s-N\""; empty when the ETags of the parts are no MD5s, as with some encryptions.
std::string multipart_etag(const std::vector<std::string>& parts);

}  // namespace matchrunner::s3
