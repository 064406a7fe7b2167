// SPDX-License-Identifier: Apache-2.0
// JSON text to values and back, for input that may be hostile: bounded in size and depth, each name once, UTF-8 only.
// Pure functions; nothing here throws.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/match_file.hpp"

namespace matchrunner::codec {

// Objects keep the order of the input, so that faults come in it.
using Json = nlohmann::ordered_json;

struct TextBounds {
  std::size_t bytes = 16 << 20;
  std::size_t depth = 64;
};
inline constexpr TextBounds stored_bounds{.bytes = SIZE_MAX};  // of what this library has written
inline constexpr std::size_t max_object_depth = 32;            // of objects that are kept as they are
inline constexpr std::size_t max_faults = 100;                 // of one input; nobody reads more

// Reads `text` into `json`. What is wrong with it as JSON; when not empty, `json` is not to be used.
std::vector<InputFault> read_text(std::string_view text, Json& json, TextBounds bounds = {});

// embedded() would be what it says, and it has no line breaks. Makes no value of it.
bool is_line_of_json(std::string_view text);

// One line. Bytes that are not UTF-8 become U+FFFD.
std::string to_text(const Json& json);

// Likewise with the keys of all objects sorted: equal values give equal bytes.
std::string to_sorted_text(const Json& json);

// The JSON that `text` is, or `text` itself as a JSON string when it is none.
Json embedded(std::string_view text, TextBounds bounds = stored_bounds);

// The object of this name in an object; null: there is none.
const Json* object_in(const Json& json, const char* name);

// What a fault says was found: short, one line, printable.
std::string found_text(const Json& json);

// The same of a secret: no text and no number is told.
std::string found_kind(const Json& json);

// `text` as a JSON string, cut to a readable length.
std::string in_quotes(std::string_view text);

}  // namespace matchrunner::codec
