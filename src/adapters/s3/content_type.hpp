// SPDX-License-Identifier: Apache-2.0
// What an artifact is, for browsers: by the ending of its name. A pure function.
#pragma once

#include <string_view>

namespace matchrunner::s3 {

// Never one that a browser would run: artifacts are written by programs that nobody trusts.
std::string_view content_type_of(std::string_view name);

}  // namespace matchrunner::s3
