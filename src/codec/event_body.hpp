// SPDX-License-Identifier: Apache-2.0
// Bodies of journal events (docs/events.md), as JSON text. Pure functions.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner {

// {"key": "text", ...}; pairs with an empty text are left out.
std::string text_body(std::initializer_list<std::pair<std::string_view, std::string_view>> fields);
std::string claim_body(const std::string& holder, std::uint32_t attempt);
std::string preparing_body(const PrepareProgress& progress);
std::string started_body(std::span<const SeatEndpoint> endpoints, const Isolation& isolation);
std::string dropped_body(std::uint64_t lines);
std::string seat_ended_body(const SeatReport& seat);
std::string outcome_body(const Outcome& outcome);                 // of ended, fail, stop
std::string artifacts_body(std::span<const Artifact> artifacts);  // of collected, stored

}  // namespace matchrunner
