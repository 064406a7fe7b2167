// SPDX-License-Identifier: Apache-2.0
// The environment of a seat: what it asked for, what every seat has, and how it finds the match.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/seat_view.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

// Lines of NAME=VALUE.
std::vector<std::string> seat_environment(const MatchPlan& plan, const Seat& seat, const SeatView& view);

}  // namespace matchrunner::sandbox
