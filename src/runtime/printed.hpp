// SPDX-License-Identifier: Apache-2.0
// What the seats of a run have printed that came to nothing: it is kept as that of any other.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/domain/game.hpp"

namespace matchrunner {

// The seats that have a log with something in it in the run's folder.
std::vector<std::string> seats_that_printed(const Game& game, const std::string& run_folder);

}  // namespace matchrunner
