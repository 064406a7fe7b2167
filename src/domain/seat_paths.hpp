// SPDX-License-Identifier: Apache-2.0
// Paths that a seat's files lie at, as every executor of programs checks them. Pure functions.
#pragma once

#include <string>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner {

// A relative path that leads nowhere above the folder it is relative to.
bool stays_below(const std::string& path);

// `invalid_argument`: the working folder or one of the files would not lie in the seat's folder.
Result<void> check_inner_paths(const Seat& seat, const std::string& origin);

}  // namespace matchrunner
