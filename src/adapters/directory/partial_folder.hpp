// SPDX-License-Identifier: Apache-2.0
// FOLDER/.partial: where artifacts are until they are whole. One file for each key, named by a digest of it: never too
// long, and what a crash left behind is overwritten by the next attempt.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

// Makes it when it is missing, and so shows that the folder can be written.
Result<void> make_partial_folder(const UniqueFd& root, const std::string& folder);

// The file for match/epoch/name, beneath the folder.
std::string partial_path(const std::string& path);

// Removes what nobody has touched for a day: its writer is gone, and no token leads to it any more.
void sweep_partial_folder(const UniqueFd& root);

}  // namespace matchrunner
