// SPDX-License-Identifier: Apache-2.0
#include "codec/older_replies.hpp"

#include <nlohmann/json.hpp>

namespace matchrunner {
namespace {

using codec::Json;

enum class Stage : unsigned char { any, images, seats };

// Tried in order. {NAME} in a text is that field of the event's body.
struct OlderRow {
  std::string_view type;
  Stage failed_at;
  std::string_view seat;  // how the name of the one that it is about begins
  std::string_view text;
};
constexpr OlderRow older_rows[] = {
    {"preparing", Stage::any, "", "{what}: {step} {bytes}/{total_bytes}"},
    {"prepared", Stage::any, "", "Starting rcssserver..."},
    {"seat_ready", Stage::any, "server", "rcssserver is ready"},
    {"seat_started", Stage::any, "right_", "team_{seat} container created"},
    {"seat_started", Stage::any, "left_", "team_{seat} container created"},
    {"fail", Stage::images, "right_", "Failed to pull right team image"},
    {"fail", Stage::images, "left_", "Failed to pull left team image"},
    {"fail", Stage::images, "server", "Failed to pull rcssserver image"},
    {"fail", Stage::seats, "server", "Failed to run rcssserver "},
    {"fail", Stage::seats, "right_", "Failed to connect right team"},
    {"fail", Stage::seats, "left_", "Failed to connect left team"},
    {"fail", Stage::any, "", "Unexpected error: {reason}"},
};

std::string text_at(const Json& body, std::string_view field) {
  const auto found = body.find(field);
  if (found == body.end()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string filled(std::string_view text, const Json& body) {
  std::string made;
  for (auto open = text.find('{'); open != text.npos; open = text.find('{')) {
    const auto close = text.find('}', open);
    made += text.substr(0, open);
    made += text_at(body, text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return made.append(text);
}

// Of an outcome: the one that was not ready.
std::string seat_not_ready(const Json& body) {
  const auto seats = body.find("seats");
  if (seats == body.end() || !seats->is_array()) return {};
  for (const Json& seat : *seats)
    if (seat.is_object() && text_at(seat, "verdict") == to_string(Verdict::not_ready)) return text_at(seat, "name");
  return {};
}

// Executors begin what they say of a seat with "seat NAME: ".
std::string seat_in_reason(const Json& body) {
  constexpr std::string_view word = "seat ";
  const std::string reason = text_at(body, "reason");
  const auto at = reason.find(word);
  const auto end = reason.find(':', at);
  if (at == reason.npos || end == reason.npos) return {};
  return reason.substr(at + word.size(), end - at - word.size());
}

struct About {
  Stage stage = Stage::any;
  std::string seat;
};

// The one in which its run was when it came to an end.
MatchState state_of_run(const Match& match) {
  const std::vector<StateTime>& times = match.times;
  const bool is_over = match.state == MatchState::collecting && times.size() > 1;
  return is_over ? times[times.size() - 2].state : match.state;
}

About about(const Match& match, const Json& body) {
  if (body.contains("seat")) return {Stage::any, text_at(body, "seat")};
  if (std::string seat = seat_not_ready(body); !seat.empty()) return {Stage::seats, std::move(seat)};
  const MatchState state = state_of_run(match);
  if (state == MatchState::preparing) return {Stage::images, seat_in_reason(body)};
  if (state == MatchState::starting) return {Stage::seats, seat_in_reason(body)};
  return {};
}

}  // namespace

std::optional<std::string> older_reply(const Match& match, std::string_view type, const Json& body) {
  const About told = about(match, body);
  for (const OlderRow& row : older_rows)
    if (row.type == type && (row.failed_at == Stage::any || row.failed_at == told.stage) &&
        told.seat.starts_with(row.seat))
      return filled(row.text, body);
  return std::nullopt;
}

}  // namespace matchrunner
