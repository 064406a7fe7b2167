// SPDX-License-Identifier: Apache-2.0
// Whether a path stays below another, whatever links and ".." are in it.
#pragma once

#include <string>

namespace matchrunner {

// Where `path` leads now is `place`, or below it; false if `place` is not there. Reads the disk.
bool leads_into(const std::string& path, const std::string& place);

}  // namespace matchrunner
