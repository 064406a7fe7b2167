// SPDX-License-Identifier: Apache-2.0
// Finds the program matchrunner-launcher.
#pragma once

#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner::sandbox {

// `chosen` if not empty; else MATCHRUNNER_LAUNCHER; else beside the file that contains this library (a wheel), in the
// libexec folder of the same installation, or where it was built. `not_found`: the message lists where it was looked
// for.
Result<std::string> find_launcher(const std::string& chosen);

}  // namespace matchrunner::sandbox
