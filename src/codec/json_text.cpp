// SPDX-License-Identifier: Apache-2.0
#include "codec/json_text.hpp"

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "codec/json_builder.hpp"
#include "codec/json_witness.hpp"

namespace matchrunner::codec {
namespace {

constexpr std::size_t readable_length = 60;

template <class AnyJson>
std::string one_line(const AnyJson& json) {
  return json.dump(-1, ' ', false, AnyJson::error_handler_t::replace);
}

}  // namespace

std::vector<InputFault> read_text(std::string_view text, Json& json, TextBounds bounds) {
  if (text.size() > bounds.bytes)
    return {{"", "at most " + std::to_string(bounds.bytes) + " bytes", std::to_string(text.size())}};
  // The parser takes a NUL for the end, and would not look at what follows.
  if (text.find('\0') != text.npos) return {{"", "JSON text", "a NUL byte"}};
  JsonBuilder builder(json, bounds.depth);
  Json::sax_parse(text.begin(), text.end(), &builder);
  return builder.take_faults();
}

bool is_line_of_json(std::string_view text) {
  using std::string_view_literals::operator""sv;
  if (text.find_first_of("\0\r\n"sv) != text.npos) return false;
  JsonWitness witness(stored_bounds.depth);
  return Json::sax_parse(text.begin(), text.end(), &witness);
}

std::string to_text(const Json& json) { return one_line(json); }

std::string to_sorted_text(const Json& json) { return one_line(nlohmann::json(json)); }

Json embedded(std::string_view text, TextBounds bounds) {
  Json json;
  if (read_text(text, json, bounds).empty()) return json;
  return Json(std::string(text));
}

const Json* object_in(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found != json.end() && found->is_object() ? &*found : nullptr;
}

std::string in_quotes(std::string_view text) {
  const std::string json = one_line(Json(std::string(text.substr(0, readable_length))));
  std::string shown;
  for (std::size_t i = 0; i < json.size(); ++i) {
    // Terminals obey these too, and JSON need not escape them: DEL, and U+0080 to U+009F.
    const auto byte = static_cast<unsigned char>(json[i]);
    const auto next = i + 1 < json.size() ? static_cast<unsigned char>(json[i + 1]) : 0U;
    if (byte == 0x7f) {
      shown += "\\u007f";
    } else if (byte == 0xc2 && next < 0xa0) {
      shown += "\\u00";
      shown += next < 0x90 ? '8' : '9';
      shown += "0123456789abcdef"[next & 15U];
      ++i;
    } else {
      shown += json[i];
    }
  }
  if (text.size() > readable_length) shown.insert(shown.size() - 1, "...");
  return shown;
}

std::string found_kind(const Json& json) {
  return json.is_string() ? "a text" : json.is_number() ? "a number" : found_text(json);
}

std::string found_text(const Json& json) {
  switch (json.type()) {
    case Json::value_t::string:
      return in_quotes(json.get_ref<const std::string&>());
    case Json::value_t::object:
      return json.empty() ? "an empty object" : "an object";
    case Json::value_t::array:
      return json.empty() ? "an empty list" : "a list of " + std::to_string(json.size());
    case Json::value_t::binary:
      return "bytes that are not UTF-8";
    default:
      return one_line(json);
  }
}

}  // namespace matchrunner::codec
