// SPDX-License-Identifier: Apache-2.0
// From what the launcher saw of a seat to a verdict and a line for people. Pure.
#pragma once

#include "adapters/sandbox/messages.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

// `limits` are the seat's, complete.
SeatReport judge_seat(const std::string& seat, const Limits& limits, const SeatFacts& facts);

}  // namespace matchrunner::sandbox
