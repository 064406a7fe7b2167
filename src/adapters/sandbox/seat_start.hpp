// SPDX-License-Identifier: Apache-2.0
// From a plan to what the launcher is asked: programs, environments, limits and descriptors of every seat.
#pragma once

#include "adapters/sandbox/messages.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

// The socket name of a run: anybody who knows match and epoch can find it.
std::string run_address(const std::string& match_id, std::uint64_t epoch);
// What the names of all runs of a match begin with.
std::string run_address_prefix(const std::string& match_id);

// `invalid_argument`, `unsupported`: the plan asks for what cannot be done here; the message names seat and field.
Result<void> check_plan(const MatchPlan& plan);

// `not_found`: a command that does not exist, or that its seat would not see.
Result<StartMatch> make_start(const MatchPlan& plan, std::uint64_t run, FileView view_kind);

}  // namespace matchrunner::sandbox
