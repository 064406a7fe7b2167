// SPDX-License-Identifier: Apache-2.0
#include "domain/list_cursor.hpp"

#include <charconv>

namespace matchrunner {
namespace {

template <class Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string to_cursor(const Place& place) {
  return std::to_string(place.priority) + "." + std::to_string(place.sequence);
}

Result<std::optional<Place>> place_after(std::string_view cursor) {
  if (cursor.empty()) return std::optional<Place>();
  Place place;
  const auto dot = cursor.find('.');
  if (dot != std::string_view::npos && read_whole(cursor.substr(0, dot), place.priority) &&
      read_whole(cursor.substr(dot + 1), place.sequence) && to_cursor(place) == cursor)
    return std::optional<Place>(place);
  return Error{ErrorCode::invalid_argument, "cursor: not one that this store gave"};
}

}  // namespace matchrunner
