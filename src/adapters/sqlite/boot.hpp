// SPDX-License-Identifier: Apache-2.0
// Boot: which start of the machine this is. CLOCK_BOOTTIME begins anew with each, so a lease is only comparable within
// one boot, and one of an earlier boot has lapsed.
#pragma once

#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

// The kernel's random id of this boot; `unsupported` where /proc does not show it.
Result<std::string> boot_id();

}  // namespace matchrunner
