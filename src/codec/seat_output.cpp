// SPDX-License-Identifier: Apache-2.0
#include "codec/seat_output.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/nearest.hpp"
#include "codec/checker.hpp"
#include "codec/event_types.hpp"
#include "codec/match_file_table.hpp"

namespace matchrunner {
namespace {

using codec::Json;

constexpr codec::Shape score_shape{.kind = codec::Kind::number, .minimum = -1e300, .maximum = 1e300};
constexpr codec::Shape scores_shape = codec::map_of(codec::id_form, score_shape, 64);
constexpr codec::Shape reason_shape = codec::text(0, 1024, codec::line_form);

constexpr codec::TextForm type_form{"a type ([a-z][a-z0-9_]*, not one of the match's own)", "", codec::is_event_type};
constexpr codec::Shape type_shape = codec::text(1, 32, type_form);

bool is_own_type(std::string_view type) {
  return std::any_of(std::begin(codec::event_types), std::end(codec::event_types),
                     [&](const codec::EventType& own) { return own.kind == "match" && own.type == type; });
}

// Checks one member and takes it out of `json`.
Json take(Json& json, const char* name, const codec::Shape& shape, std::vector<InputFault>& wrong) {
  Json member = std::move(json[name]);
  json.erase(name);
  for (InputFault& fault : codec::check(member, shape)) {
    fault.path = fault.path.empty() ? name : name + ("." + fault.path);
    if (member.is_null()) fault.found = "nothing";
    wrong.push_back(std::move(fault));
  }
  return member;
}

std::vector<InputFault> read_object(std::string_view text, Json& json, std::size_t max_bytes) {
  return codec::check_text(text, codec::any_object_shape, json, {.bytes = max_bytes, .depth = codec::max_object_depth});
}

}  // namespace

Result<ResultFile> parse_result_file(std::string_view text, std::span<const Seat> seats) {
  constexpr std::string_view what = "result file";
  Json json;
  std::vector<InputFault> wrong = read_object(text, json, max_result_bytes);
  if (!wrong.empty()) return codec::bad_input(wrong, what);

  const Json scores = take(json, "scores", scores_shape, wrong);
  const Json reason = json.contains("reason") ? take(json, "reason", reason_shape, wrong) : Json("");
  std::vector<std::string_view> names;
  for (const Seat& seat : seats) names.push_back(seat.name);
  if (wrong.empty())
    for (const auto& [name, score] : scores.get_ref<const Json::object_t&>())
      if (std::find(names.begin(), names.end(), name) == names.end())
        wrong.push_back({"scores", "names of seats, such as " + codec::in_quotes(nearest_name(name, names)),
                         codec::in_quotes(name)});
  if (!wrong.empty()) return codec::bad_input(wrong, what);

  ResultFile result;
  for (const auto& [name, score] : scores.get_ref<const Json::object_t&>()) result.scores[name] = score.get<double>();
  result.reason = reason.get<std::string>();
  result.details = codec::to_sorted_text(json);
  return result;
}

Result<EventLine> parse_event_line(std::string_view line) {
  constexpr std::string_view what = "event line";
  Json json;
  std::vector<InputFault> wrong = read_object(line, json, max_event_line_bytes);
  if (!wrong.empty()) return codec::bad_input(wrong, what);

  const Json type = take(json, "type", type_shape, wrong);
  if (!wrong.empty()) return codec::bad_input(wrong, what);
  EventLine event{type.get<std::string>(), codec::to_sorted_text(json)};
  if (is_own_type(event.type))
    return codec::bad_input({{"type", std::string(type_form.name), codec::in_quotes(event.type)}}, what);
  return event;
}

}  // namespace matchrunner
