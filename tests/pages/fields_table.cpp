// SPDX-License-Identifier: Apache-2.0
#include "pages/fields_table.hpp"

namespace matchrunner::pages {
namespace {

using codec::Kind;

// What the value is, with the page's own words for objects that have a table of their own.
std::string value_text(const codec::Shape& shape) {
  const auto object_text = [](const codec::Shape& of) {
    return of.kind == Kind::object ? "[" + std::string(of.object->name) + "](#" + std::string(of.object->name) + ")"
                                   : codec::expected_text(of);
  };
  switch (shape.kind) {
    case Kind::object:
      return object_text(shape);
    case Kind::list:
      return codec::expected_text(shape) + ", each " + object_text(*shape.items);
    case Kind::map:
      return codec::expected_text(shape) + ": " + std::string(shape.form->name) + " to " + object_text(*shape.items);
    case Kind::id_or:
      return "an id or " + object_text(*shape.items);
    default:
      return codec::expected_text(shape);
  }
}

}  // namespace

std::string fields_table(const codec::Object& object) {
  std::string table = "| field | value | what it is |\n| --- | --- | --- |\n";
  for (const codec::Field& field : object.fields) {
    const std::string mark = field.required ? "**" : "";
    table += "| " + mark + "`" + std::string(field.name) + "`" + mark + " | " + value_text(field.shape) + " | " +
             std::string(field.docs) + " |\n";
  }
  return table;
}

}  // namespace matchrunner::pages
