// SPDX-License-Identifier: Apache-2.0
// Opening a folder to list it, as the owner to whom its modes may close it.
#pragma once

#include "base/unique_fd.hpp"

namespace matchrunner {

// `name` below the folder `parent`; a link is not followed. One that is closed gets the mode 0700, by its descriptor:
// nothing can come to stand in its place meanwhile. None, and errno, where that fails too.
UniqueFd open_owned_folder(int parent, const char* name);

}  // namespace matchrunner
