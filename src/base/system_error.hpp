// SPDX-License-Identifier: Apache-2.0
// errno as an Error, with the code that the library gives to each.
#pragma once

#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

// "what: No space left on device"; ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE, ENOMEM: resource_exhausted; EACCES, EPERM,
// EROFS, ELOOP: permission_denied; ENOENT, ENOTDIR: not_found; EEXIST: already_exists; EISDIR, ENAMETOOLONG:
// invalid_argument; all others: unavailable.
Error system_error(int error_number, std::string what, std::string origin = {});

}  // namespace matchrunner
