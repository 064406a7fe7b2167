// SPDX-License-Identifier: Apache-2.0
// Opening what lies beneath a folder part by part, so that no symbolic link in between leads out of it.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

// Of the folders that the sink makes.
constexpr mode_t folder_mode = 0750;

enum class Missing : unsigned char { fail, make };

// The folder itself; it may be a link.
Result<UniqueFd> open_root(const std::string& folder);

// The folder that holds the last part of `path` (no empty, "." or ".." part); made and synced when missing, if so told.
// `not_found`: a folder of it is not there, or is none.
Result<UniqueFd> open_parent(const UniqueFd& root, std::string_view path, Missing missing);

// The last part.
std::string leaf_of(std::string_view path);

// Removes the folders above the last part, the deepest first, until one is not empty.
void remove_empty_parents(const UniqueFd& root, std::string_view path);

}  // namespace matchrunner
