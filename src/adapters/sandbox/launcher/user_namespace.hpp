// SPDX-License-Identifier: Apache-2.0
// Makes the launcher root of a user namespace of its own, in which it is still the same user.
#pragma once

#include <cstdint>

#include "adapters/sandbox/launcher/failure.hpp"

namespace matchrunner::launcher {

// A range of user ids, and of group ids with the same numbers, that mean the same inside as outside.
struct UserIds {
  std::uint32_t first = 0;
  std::uint32_t count = 0;  // 0: nobody but the launcher's own user
};

// More than its own user can be had by root only. The caller must be single-threaded.
Failure enter_user_namespace(const UserIds& more);

}  // namespace matchrunner::launcher
