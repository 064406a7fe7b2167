// SPDX-License-Identifier: Apache-2.0
// Making folders that are still there after a power cut.
#pragma once

#include <sys/types.h>

#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

// Makes the folder and every missing one above it with `mode` (less the umask), and syncs each entry to disk.
Result<void> make_folders(const std::string& path, mode_t mode, const std::string& origin);

// fsync of a folder: the names in it are on disk.
Result<void> sync_folder(const std::string& path, const std::string& origin);

}  // namespace matchrunner
