// SPDX-License-Identifier: Apache-2.0
// What a system call that failed has told, as an error of the sandbox.
#pragma once

#include <cerrno>
#include <string>

#include "base/system_error.hpp"

namespace matchrunner::sandbox {

inline Error failure(const std::string& what) { return system_error(errno, what, "sandbox"); }

}  // namespace matchrunner::sandbox
