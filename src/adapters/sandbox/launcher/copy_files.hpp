// SPDX-License-Identifier: Apache-2.0
// Copies small files, links and folders of the host's /etc into a seat's root.
#pragma once

#include <string>

namespace matchrunner::launcher {

// `source` (absolute) as `target`, relative to `root`; folders with what is in them. What cannot be read is left out,
// and so is what is larger than a setting can be.
void copy_small_files(const std::string& source, int root, const std::string& target);

}  // namespace matchrunner::launcher
