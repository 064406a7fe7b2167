// SPDX-License-Identifier: Apache-2.0
// Structs to JSON values and back, by their tables. Reading leaves out what does not fit; the checker tells what that
// is. Pure functions.
#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "codec/checker.hpp"
#include "codec/json_text.hpp"
#include "codec/table.hpp"
#include "codec/time_text.hpp"

namespace matchrunner::codec {

enum class Defaults : unsigned char {
  left_out,  // canonical: what equals the struct's own default is not written
  written,   // complete: every field, null where there is nothing
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;

// Bytes that are no text become JSON "binary", which no shape accepts: the checker then names the field. Only free text
// keeps them, and has them replaced when it is written out.
Json text_value(const std::string& text, const Shape& shape);

// Infinity is null where null is allowed: none.
template <class T>
Json write(const T& value, const Shape& shape, Defaults defaults);
template <class T>
void read(const Json& json, const Shape& shape, T& value);

template <class Struct>
Json write_struct(const Struct& value, Defaults defaults) {
  static const Struct untouched{};
  Json json = Json::object();
  // Past ordered_map's own search for each name, which is linear: a table has each name once.
  Json::object_t::Container& members = json.get_ref<Json::object_t&>();
  members.reserve(std::tuple_size_v<decltype(Table<Struct>::rows)>);
  const auto put = [&](const Field& field, const auto& member, const auto& untouched_member) {
    if (defaults == Defaults::written || field.required || !(member == untouched_member))
      members.emplace_back(field.name, write(member, field.shape, defaults));
  };
  const auto put_row = [&]<class Any>(const Any& row) {
    if constexpr (requires { row.member; }) {
      put(row.field, value.*row.member, untouched.*row.member);
    } else if constexpr (requires { row.whole; }) {
      members.emplace_back(row.field.name, value.*row.whole ? write(value.*row.whole, *row.field.shape.items, defaults)
                                                            : text_value(value.*row.id, id_shape));
    }
  };
  std::apply([&](const auto&... rows) { (put_row(rows), ...); }, Table<Struct>::rows);
  return json;
}

template <class Struct>
void read_struct(const Json& json, Struct& value) {
  const auto get_row = [&]<class Any>(const Any& row) {
    const auto found = json.find(row.field.name);
    if (found == json.end()) return;
    if constexpr (requires { row.member; }) {
      read(*found, row.field.shape, value.*row.member);
    } else if constexpr (requires { row.whole; }) {
      if (found->is_string())
        value.*row.id = found->template get<std::string>();
      else if (found->is_object())
        read(*found, *row.field.shape.items, value.*row.whole);
    }
  };
  std::apply([&](const auto&... rows) { (get_row(rows), ...); }, Table<Struct>::rows);
}

template <class T>
Json write(const T& value, const Shape& shape, Defaults defaults) {
  if constexpr (is_optional<T>) {
    return value ? write(*value, shape, defaults) : Json(nullptr);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return text_value(value, shape);
  } else if constexpr (std::is_same_v<T, Time>) {
    return Json(to_string(value));
  } else if constexpr (std::is_enum_v<T>) {
    return Json(std::string(name_of(Words<T>::names, value)));
  } else if constexpr (std::is_arithmetic_v<T>) {
    if constexpr (std::is_same_v<T, double>)
      if (!std::isfinite(value)) return shape.or_null && !(value < 0) ? Json(nullptr) : Json("not a finite number");
    return Json(value);
  } else if constexpr (is_vector<T>) {
    Json json = Json::array();
    for (const auto& item : value) json.push_back(write(item, *shape.items, defaults));
    return json;
  } else if constexpr (is_text_map<T>) {
    Json json = Json::object();
    for (const auto& [name, item] : value) json[name] = write(item, *shape.items, defaults);
    return json;
  } else {
    return write_struct(value, defaults);
  }
}

template <class T>
void read(const Json& json, const Shape& shape, T& value) {
  if constexpr (is_optional<T>) {
    read(json, shape, value.emplace());
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (json.is_string())
      value = json.get<std::string>();
    else if (json.is_object())
      value = to_sorted_text(json);
  } else if constexpr (std::is_same_v<T, Time>) {
    if (json.is_string()) value = time_from(json.get_ref<const std::string&>()).value_or(Time{});
  } else if constexpr (std::is_enum_v<T>) {
    if (json.is_string()) value = value_of(Words<T>::names, json.get_ref<const std::string&>()).value_or(T{});
  } else if constexpr (std::is_same_v<T, bool>) {
    if (json.is_boolean()) value = json.get<bool>();
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (fits(json, shape)) value = json.get<T>();
    if constexpr (std::is_same_v<T, double>)
      if (json.is_null()) value = std::numeric_limits<double>::infinity();
  } else if constexpr (is_vector<T>) {
    if (!json.is_array()) return;
    value.clear();
    for (const Json& item : json) read(item, *shape.items, value.emplace_back());
  } else if constexpr (is_text_map<T>) {
    if (!json.is_object()) return;
    value.clear();
    for (const auto& [name, item] : json.get_ref<const Json::object_t&>()) read(item, *shape.items, value[name]);
  } else {
    if (json.is_object()) read_struct(json, value);
  }
}

}  // namespace matchrunner::codec
