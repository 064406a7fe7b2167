// SPDX-License-Identifier: Apache-2.0
// parse_event: an event from its JSON text, as sinks write it, without the library's own reader.
#pragma once

#include <chrono>
#include <ctime>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "matchrunner/domain/event.hpp"

namespace matchrunner {

// "2026-11-21T09:15:00.123456Z", as to_string(Time) writes it.
inline Time parse_time(const std::string& text) {
  std::tm parts{};
  std::istringstream stream(text.substr(0, 19));
  stream >> std::get_time(&parts, "%Y-%m-%dT%H:%M:%S");
  const auto seconds = std::chrono::system_clock::from_time_t(::timegm(&parts));
  return std::chrono::floor<std::chrono::microseconds>(seconds) +
         std::chrono::microseconds(std::stoi(text.substr(20, 6)));
}

inline Event parse_event(const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  Event event;
  event.sequence = json.at("sequence");
  event.at = parse_time(json.at("at"));
  event.kind = json.at("kind");
  event.subject = json.at("subject");
  event.epoch = json.at("epoch");
  event.type = json.at("type");
  event.body = json.at("body").dump();
  return event;
}

}  // namespace matchrunner
