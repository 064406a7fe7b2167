// SPDX-License-Identifier: Apache-2.0
// Parts of an engine's answers, whatever they are: what is not there, or of another type, is empty. Pure functions.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace matchrunner::docker {

using Json = nlohmann::json;

// An object; empty where the text is none.
inline Json object_from(const std::string& text) {
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

inline const Json* part_of(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

inline std::string text_at(const Json& json, const char* name) {
  const Json* const part = part_of(json, name);
  return part != nullptr && part->is_string() ? part->get<std::string>() : std::string();
}

inline bool flag_at(const Json& json, const char* name) {
  const Json* const part = part_of(json, name);
  return part != nullptr && part->is_boolean() && part->get<bool>();
}

// "/cpu_stats/cpu_usage/total_usage"
inline std::uint64_t number_at(const Json& json, const char* pointer) {
  const Json::json_pointer at(pointer);
  if (!json.contains(at) || !json[at].is_number_unsigned()) return 0;
  return json[at].get<std::uint64_t>();
}

}  // namespace matchrunner::docker
