// SPDX-License-Identifier: Apache-2.0
// The JSON Schema of the match file, from the same shapes that check it.
#include <map>
#include <nlohmann/json.hpp>

#include "codec/json_text.hpp"
#include "codec/match_file_table.hpp"

namespace matchrunner {
namespace {

using codec::Field;
using codec::Json;
using codec::Kind;
using codec::Object;
using codec::Shape;

class SchemaPrinter {
 public:
  Json schema_of(const Shape& shape);
  Json schema_of(const Object& object);
  Json take_definitions() { return std::move(definitions_); }

 private:
  Json reference(const Object& object);

  Json definitions_ = Json::object();
};

// 10.0 for a whole bound would be 10.0 in the schema too; whole bounds are written as whole numbers.
Json number(double value) {
  const auto rounded = static_cast<std::int64_t>(value);
  return static_cast<double>(rounded) == value ? Json(rounded) : Json(value);
}

Json texts(std::span<const std::string_view> words) {
  Json list = Json::array();
  for (const std::string_view word : words) list.push_back(std::string(word));
  return list;
}

Json text_schema(const Shape& shape) {
  Json schema{{"type", "string"}};
  if (shape.minimum > 0) schema["minLength"] = number(shape.minimum);
  schema["maxLength"] = number(shape.maximum);
  if (!shape.form->pattern.empty()) schema["pattern"] = std::string(shape.form->pattern);
  return schema;
}

Json number_schema(const Shape& shape) {
  Json schema{{"type", shape.kind == Kind::integer ? "integer" : "number"}};
  schema[shape.above_minimum ? "exclusiveMinimum" : "minimum"] = number(shape.minimum);
  schema["maximum"] = number(shape.maximum);
  return schema;
}

// At most one of the alternatives, or exactly one.
Json alternatives_schema(const Object& object) {
  Json each = Json::array();
  for (const std::string_view name : object.alternatives) each.push_back({{"required", {std::string(name)}}});
  if (!object.alternative_required) each.push_back({{"not", {{"anyOf", each}}}});
  return each;
}

Json SchemaPrinter::reference(const Object& object) {
  const std::string name(object.name);
  if (!definitions_.contains(name)) definitions_[name] = schema_of(object);
  return {{"$ref", "#/$defs/" + name}};
}

Json SchemaPrinter::schema_of(const Object& object) {
  Json schema{{"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  for (const Field& field : object.fields) {
    Json property = schema_of(field.shape);
    property["description"] = std::string(field.docs);
    schema["properties"][std::string(field.name)] = std::move(property);
    if (field.required) schema["required"].push_back(std::string(field.name));
  }
  if (!object.alternatives.empty()) schema["oneOf"] = alternatives_schema(object);
  return schema;
}

Json SchemaPrinter::schema_of(const Shape& shape) {
  Json schema = Json::object();
  switch (shape.kind) {
    case Kind::boolean:
      schema = {{"type", "boolean"}};
      break;
    case Kind::number:
    case Kind::integer:
      schema = number_schema(shape);
      break;
    case Kind::text:
      schema = text_schema(shape);
      break;
    case Kind::word:
      schema = {{"enum", texts(shape.words)}};
      break;
    case Kind::object:
      schema = reference(*shape.object);
      break;
    case Kind::any_object:
      schema = {{"type", "object"}};
      break;
    case Kind::list:
      schema = {{"type", "array"}, {"items", schema_of(*shape.items)}};
      if (shape.minimum > 0) schema["minItems"] = number(shape.minimum);
      schema["maxItems"] = number(shape.maximum);
      break;
    case Kind::map:
      schema = {{"type", "object"},
                {"propertyNames", {{"pattern", std::string(shape.form->pattern)}}},
                {"additionalProperties", schema_of(*shape.items)},
                {"maxProperties", number(shape.maximum)}};
      break;
    case Kind::id_or:
      schema = {{"anyOf", {schema_of(codec::id_shape), schema_of(*shape.items)}}};
      break;
    case Kind::ignored:
      break;
  }
  if (shape.or_null) schema = {{"anyOf", {std::move(schema), {{"type", "null"}}}}};
  return schema;
}

}  // namespace

std::string match_file_schema() {
  SchemaPrinter printer;
  const Json match = printer.schema_of(*codec::Outline<MatchRequest>::shape.object);
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"$id", "urn:matchrunner:match-file"},
              {"title", "matchrunner match file"},
              {"description", "One wish to play a game. Generated from the table that checks match files."}};
  for (const auto& [name, value] : match.items()) schema[name] = value;
  schema["$defs"] = printer.take_definitions();
  return schema.dump(2) + "\n";
}

}  // namespace matchrunner
