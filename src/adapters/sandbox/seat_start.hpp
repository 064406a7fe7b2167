// SPDX-License-Identifier: Apache-2.0
// From a plan to what the launcher is asked: programs, environments, limits and descriptors of every seat.
#pragma once

#include "adapters/sandbox/messages.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

// What the socket names of all runs of a match begin with; the epoch follows. Who knows the match can find its runs.
std::string run_address_prefix(const MatchPlan& plan);

// `invalid_argument`, `unsupported`: the plan asks for what cannot be done here; the message names seat and field.
Result<void> check_plan(const MatchPlan& plan);

// `not_found`: a command that does not exist, or that its seat would not see.
Result<StartMatch> make_start(const MatchPlan& plan, std::uint64_t run, FileView view_kind);

}  // namespace matchrunner::sandbox
