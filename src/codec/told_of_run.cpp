// SPDX-License-Identifier: Apache-2.0
#include "codec/told_of_run.hpp"

#include <algorithm>

#include "codec/event_types.hpp"
#include "codec/values.hpp"

namespace matchrunner {
namespace {

bool is_of_the_match(const std::string& type) {
  return std::any_of(std::begin(codec::event_types), std::end(codec::event_types),
                     [&](const codec::EventType& known) { return known.kind == "match" && known.type == type; });
}

}  // namespace

void ToldOfRun::add(const Event& event) {
  if (event.type == "prepared") *this = {};  // a run may go on of which nobody has told that it started
  if (event.type == "bad_line" || !is_of_the_match(event.type)) ++lines;
  const codec::Json body = codec::Json::parse(event.body, nullptr, /*allow_exceptions=*/false);
  const auto field = [&](const char* name) {
    return body.is_object() && body.contains(name) ? body[name] : codec::Json();
  };
  if (event.type == "dropped" && field("lines").is_number_unsigned()) lines += field("lines").get<std::uint64_t>();
  if (event.type == "seat_ended" && field("name").is_string()) seats.push_back(field("name").get<std::string>());
}

}  // namespace matchrunner
