// SPDX-License-Identifier: Apache-2.0
// The end of a match in one sentence that a contestant understands. A pure function.
#pragma once

#include <string>

#include "matchrunner/domain/game.hpp"
#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// Of an outcome that is complete but for its summary.
std::string summary(const Game& game, const Outcome& outcome);

}  // namespace matchrunner
