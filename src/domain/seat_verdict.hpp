// SPDX-License-Identifier: Apache-2.0
// From what was seen of a seat to a verdict and a line for people. Pure.
#pragma once

#include "domain/seat_facts.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner {

// `limits` are the seat's, complete.
SeatReport judge_seat(const std::string& seat, const Limits& limits, const SeatFacts& facts);

// The seat has left more than its artifact_bytes. Only of one that was ok does that become the verdict.
void add_artifacts_beyond_limit(const Limits& limits, std::uint64_t bytes, SeatReport& report);

// The seat has left more than max_output_files. Only of one that was ok does that become the verdict.
void add_files_beyond_limit(SeatReport& report);

}  // namespace matchrunner
