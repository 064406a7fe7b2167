// SPDX-License-Identifier: Apache-2.0
#include "pages/fields_table.hpp"

#include <cstdint>
#include <limits>

namespace matchrunner::pages {
namespace {

using codec::Kind;

// How wide a number of the library is tells a reader of JSON nothing; a fault tells it.
template <class Member>
codec::Shape without_width(codec::Shape shape) {
  if (shape.minimum == static_cast<double>(std::numeric_limits<Member>::lowest()) && shape.minimum < 0)
    shape.minimum = -codec::max_whole;
  if (shape.maximum == static_cast<double>(std::numeric_limits<Member>::max())) shape.maximum = codec::max_whole;
  return shape;
}

// What the value is, with the page's own words for objects that have a table of their own.
std::string value_text(const codec::Shape& shape) {
  const auto object_text = [](const codec::Shape& of) {
    return of.kind == Kind::object ? "[" + std::string(of.object->name) + "](#" + std::string(of.object->name) + ")"
                                   : codec::expected_text(of);
  };
  switch (shape.kind) {
    case Kind::integer:
      return codec::expected_text(without_width<std::int32_t>(without_width<std::uint32_t>(shape)));
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
