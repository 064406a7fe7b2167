// SPDX-License-Identifier: Apache-2.0
// Bodies of journal events (docs/events.md), as JSON text. Pure functions.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matchrunner/domain/event.hpp"
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
// Of ended, fail, stop; the runner: that ended it in place of its own.
std::string outcome_body(const Outcome& outcome, const std::string& runner = {});
// The body with what the match's asker is told: {"reply": {"reply_to", "correlation_id", "state", "message"}}.
std::string with_reply(std::string body, const Match& match, std::string_view type);

// Of a reply to a command; texts that are empty and lists without an entry are left out.
struct Answer {
  std::string message;
  std::string error;
  std::vector<std::string> missing;
  std::string match;   // which it is about
  std::string state;   // of it
  std::string scores;  // JSON object: seat to number
};
// {"white": 1, ...} of an outcome, or of a "score" event; empty: none.
std::string scores_text(const Outcome& outcome);
std::string scores_text(const Event& event);
std::string answer_body(const ReplyTarget& target, const std::string& runner, const Answer& answer);

// How one artifact came through to one target, while it grew.
struct StreamOutcome {
  std::string to;  // the target's URL, without credentials
  std::string name;
  std::uint64_t bytes = 0;    // that the target has
  std::uint64_t dropped = 0;  // that it has not
  std::string error;          // why, in one line
};
std::string streams_body(std::span<const StreamOutcome> streams);  // of streamed, stream_dropped

std::string artifacts_body(std::span<const Artifact> artifacts);  // of collected, stored

}  // namespace matchrunner
