// SPDX-License-Identifier: Apache-2.0
// Judging a run: from what its seats did and what its referee wrote to the outcome of the match. A pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "codec/seat_output.hpp"
#include "matchrunner/domain/match_plan.hpp"
#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// Everything that decides. At most one of the first three is set; they go before what the seats did.
struct RunFacts {
  std::string infrastructure_error;        // the host's fault, one line
  std::optional<std::string> stop_reason;  // somebody asked for the stop
  bool deadline_passed = false;
  std::span<const SeatReport> seats;         // in any order; a missing one never started
  std::optional<Result<ResultFile>> result;  // nothing: no file was left
};

Outcome judge(const Game& game, const RunFacts& facts);

// A match that was played, when its referee or program turns out to have left more than max_output_files.
Outcome with_surplus_files(const Game& game, Outcome outcome);

// The seats of a run that was cut off, which ended without a report of each; all of the game's, or those of these
// names.
std::vector<SeatReport> with_the_rest_killed(const Game& game, std::vector<SeatReport> seats);
std::vector<SeatReport> with_these_killed(const std::vector<std::string>& names, std::vector<SeatReport> seats);

}  // namespace matchrunner
