// SPDX-License-Identifier: Apache-2.0
#include "codec/service_config.hpp"

#include <algorithm>
#include <iterator>

#include "codec/checker.hpp"
#include "codec/service_config_table.hpp"
#include "codec/values.hpp"

namespace matchrunner {
namespace codec {
namespace {

constexpr const Object& config_object = Outline<ServiceConfig>::object;

std::string variable_of(std::string_view field) {
  std::string name = "MATCHRUNNER_";
  for (const char c : field) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

// What the variable means; a fault when it is no JSON where JSON is wanted.
std::vector<InputFault> read_variable(const std::string& text, const Field& field, Json& value) {
  if (field.shape.kind == Kind::text || field.shape.kind == Kind::word) {
    value = Json(text);
    return {};
  }
  Json parsed;
  // A word that is no JSON is most likely a URL without its quotes and brackets: name what was expected.
  if (!read_text(text, parsed).empty()) return {{"", expected_text(field.shape) + " as JSON", "text that is none"}};
  value = std::move(parsed);
  return {};
}

}  // namespace

std::vector<InputFault> read_service_file(std::string_view json, ServiceConfig& config) {
  Json parsed;
  auto wrong = check_text(json, Outline<ServiceConfig>::shape, parsed);
  if (parsed.is_object()) read(parsed, Outline<ServiceConfig>::shape, config);
  return wrong;
}

std::vector<InputFault> read_service_variables(const Variables& variables, ServiceConfig& config) {
  std::vector<InputFault> all;
  for (const Field& field : config_object.fields) {
    const std::string name = variable_of(field.name);
    const auto given = variables.find(name);
    if (given == variables.end() || given->second.empty()) continue;
    Json value;
    auto wrong = read_variable(given->second, field, value);
    if (wrong.empty()) wrong = check(value, field.shape);
    for (InputFault& fault : wrong)
      fault.path = name + (fault.path.empty() || fault.path[0] == '[' ? "" : ".") + fault.path;
    if (wrong.empty()) read(Json{{std::string(field.name), value}}, Outline<ServiceConfig>::shape, config);
    std::move(wrong.begin(), wrong.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace codec

std::vector<ServiceField> service_fields() {
  std::vector<ServiceField> fields;
  for (const codec::Field& field : codec::Outline<ServiceConfig>::object.fields)
    fields.push_back({field.name, codec::variable_of(field.name), field.docs});
  return fields;
}

}  // namespace matchrunner
