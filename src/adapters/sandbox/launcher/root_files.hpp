// SPDX-License-Identifier: Apache-2.0
// The root folder that all seats of a launcher start from: a small tmpfs with the places, links, devices and files of
// view_table.hpp in it.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/launcher/bind.hpp"

namespace matchrunner::launcher {

// Makes it, mounted nowhere, and lists in `binds` what still has to be bound into it. `users` and `groups` become
// /etc/passwd and /etc/group.
Failure make_root_files(const std::string& users, const std::string& groups, UniqueFd& root, std::vector<Bind>& binds);

// An empty folder or file at `path` (relative) for something to be bound onto; the folders above it too.
Failure make_place(int root, const std::string& path, bool folder);

}  // namespace matchrunner::launcher
