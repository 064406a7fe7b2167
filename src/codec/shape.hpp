// SPDX-License-Identifier: Apache-2.0
// Shape: what a JSON value has to look like, as data. One tree of shapes drives the checker, the JSON Schema and the
// tables in the docs. Constants only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "codec/text_forms.hpp"

namespace matchrunner::codec {

enum class Kind : unsigned char {
  boolean,
  number,
  integer,
  text,
  word,        // one of `words`
  object,      // with the fields of `object`
  any_object,  // an object of any content, kept as text
  list,        // of `items`
  map,         // names of `form`, each with one of `items`
  id_or,       // an id, or `items`
  ignored,     // may stand there, means nothing
};

struct Field;
struct Object;

struct Shape {
  Kind kind = Kind::text;
  double minimum = 0;              // of a number, or of the length of a text, list or map
  double maximum = 0;              // likewise
  bool above_minimum = false;      // the minimum itself is too little
  bool or_null = false;            // null is a value too: none
  bool secret = false;             // a fault tells of what kind the value was, not the value
  const TextForm* form = nullptr;  // of a text, of the names of a map
  std::span<const std::string_view> words = {};
  const Object* object = nullptr;
  const Shape* items = nullptr;
  std::string_view different_by = {};  // the field in which no two objects of the list are equal
};

struct Field {
  std::string_view name;
  Shape shape;
  std::string_view docs;  // one line for the schema and the docs
  bool required = false;
};

struct Object {
  std::string_view name;  // in the schema's $defs
  std::span<const Field> fields;
  std::span<const std::string_view> alternatives = {};  // fields of which at most one may stand there ...
  bool alternative_required = false;                    // ... and one must
};

// 2^53: the largest count that every JSON reader keeps whole.
inline constexpr double max_whole = 9007199254740992.0;

constexpr Shape whole(double minimum, double maximum = max_whole) {
  return {.kind = Kind::integer, .minimum = minimum, .maximum = maximum};
}
constexpr Shape text(std::size_t minimum, std::size_t maximum, const TextForm& form = text_form) {
  return {.kind = Kind::text,
          .minimum = static_cast<double>(minimum),
          .maximum = static_cast<double>(maximum),
          .form = &form};
}
constexpr Shape list_of(const Shape& items, double minimum, double maximum, std::string_view different_by = {}) {
  return {.kind = Kind::list, .minimum = minimum, .maximum = maximum, .items = &items, .different_by = different_by};
}
constexpr Shape map_of(const TextForm& names, const Shape& values, double maximum) {
  return {.kind = Kind::map, .maximum = maximum, .form = &names, .items = &values};
}
constexpr Shape hidden(Shape shape) {
  shape.secret = true;
  return shape;
}
constexpr Shape one_of(std::span<const std::string_view> words) { return {.kind = Kind::word, .words = words}; }

inline constexpr Shape boolean_shape{.kind = Kind::boolean};
inline constexpr Shape id_shape = text(1, 128, id_form);
inline constexpr Shape any_object_shape{.kind = Kind::any_object};
inline constexpr Shape ignored_shape{.kind = Kind::ignored};

// "a number above 0", "a list of 1 to 64", "one of \"cut\", \"kill\""; how faults and docs name it.
std::string expected_text(const Shape& shape);

}  // namespace matchrunner::codec
