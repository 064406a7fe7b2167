// SPDX-License-Identifier: Apache-2.0
// What users have left on a host besides processes: files where everybody may make them, and objects that are found by
// a number or a name. For root, and users that nobody else has.
#pragma once

#include <sys/types.h>

#include "adapters/sandbox/launcher/finds.hpp"

namespace matchrunner::launcher {

// Of the users from `first` on, `count` of them. What is found is removed.
void remove_objects_of(uid_t first, std::size_t count, Finds& finds);

}  // namespace matchrunner::launcher
