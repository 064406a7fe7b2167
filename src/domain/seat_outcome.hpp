// SPDX-License-Identifier: Apache-2.0
// From what an executor saw of a seat to its part of an outcome. A pure function.
#pragma once

#include "matchrunner/domain/match_plan.hpp"
#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// All but the score and the fault, which the rest of the match decides.
SeatOutcome seat_outcome(const SeatReport& report);

}  // namespace matchrunner
