// SPDX-License-Identifier: Apache-2.0
#include "codec/shape.hpp"

#include <cmath>
#include <cstdio>
#include <limits>

namespace matchrunner::codec {
namespace {

// A bound that every number keeps to: it need not be told.
bool is_open(double bound) {
  const double distance = std::abs(bound);
  return distance == max_whole || distance >= std::numeric_limits<double>::max();
}

std::string number_text(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.17g", value);
  return buffer;
}

std::string range_text(const Shape& shape) {
  const bool open_end = is_open(shape.maximum);
  if (is_open(shape.minimum)) return open_end ? "" : " up to " + number_text(shape.maximum);
  const std::string low = number_text(shape.minimum);
  if (shape.above_minimum) return " above " + low + (open_end ? "" : ", at most " + number_text(shape.maximum));
  return open_end ? " from " + low : " from " + low + " to " + number_text(shape.maximum);
}

std::string length_text(const Shape& shape, const char* unit) {
  const std::string high = number_text(shape.maximum);
  if (shape.minimum == shape.maximum) return high + " " + unit;
  if (shape.minimum == 0) return "at most " + high + " " + unit;
  return number_text(shape.minimum) + " to " + high + " " + unit;
}

std::string words_text(const Shape& shape) {
  std::string text = "one of";
  for (const std::string_view word : shape.words)
    text += std::string(text.size() > 6 ? "," : "") + " \"" + std::string(word) + "\"";
  return text;
}

std::string plain_text(const Shape& shape) {
  switch (shape.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return "a number" + range_text(shape);
    case Kind::integer:
      return "a whole number" + range_text(shape);
    case Kind::text:
      if (shape.form == &id_form) return std::string(id_form.name);
      return std::string(shape.form->name) + (is_open(shape.maximum) ? "" : ", " + length_text(shape, "bytes"));
    case Kind::word:
      return words_text(shape);
    case Kind::object:
    case Kind::any_object:
      return "an object";
    case Kind::list:
      return "a list of " + length_text(shape, "entries");
    case Kind::map:
      return "an object of " + length_text(shape, "entries");
    case Kind::id_or:
      return "an id or " + plain_text(*shape.items);
    case Kind::ignored:
      return "anything";
  }
  return {};
}

}  // namespace

std::string expected_text(const Shape& shape) { return plain_text(shape) + (shape.or_null ? " or null" : ""); }

}  // namespace matchrunner::codec
