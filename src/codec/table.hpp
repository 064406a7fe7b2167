// SPDX-License-Identifier: Apache-2.0
// Table<T>: the one list of a struct's JSON fields: name, member, shape, what it is for. Checker, reader, writer,
// schema and docs all go by it. Constants only; specialised in *_table.hpp.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>

#include "codec/shape.hpp"

namespace matchrunner::codec {

// static constexpr auto rows = std::tuple{row(...), ...}; static constexpr std::string_view name;
// and, where it has alternatives: `alternatives` and `alternative_required` as in Object.
template <class T>
struct Table;

// The words of an enum: static constexpr const auto& names.
template <class Enum>
struct Words;

template <class Struct, class Member>
struct Row {
  Field field;
  Member Struct::*member;
};

// A field that is an id in one member or a whole object in another.
template <class Struct, class Id, class Whole>
struct EitherRow {
  Field field;
  Id Struct::*id;
  Whole Struct::*whole;
};

// A field that no member has: ignored.
struct MarkerRow {
  Field field;
};

constexpr bool required = true;

// Every whole number of the shape has room in the member.
template <class Member>
struct RoomFor {
  static constexpr bool all_of(const Shape& shape) {
    if constexpr (std::is_integral_v<Member>)
      return shape.kind != Kind::integer || (shape.minimum >= static_cast<double>(std::numeric_limits<Member>::min()) &&
                                             shape.maximum <= static_cast<double>(std::numeric_limits<Member>::max()));
    return true;
  }
};
template <class Member>
struct RoomFor<std::optional<Member>> : RoomFor<Member> {};

template <class Struct, class Member>
constexpr Row<Struct, Member> row(std::string_view name, Member Struct::*member, Shape shape, std::string_view docs,
                                  bool is_required = false) {
  if (!RoomFor<Member>::all_of(shape)) throw "the member is too small for its shape";  // never at run time
  return {{name, shape, docs, is_required}, member};
}

template <class T>
constexpr auto fields_of() {
  return std::apply([](const auto&... rows) { return std::array{rows.field...}; }, Table<T>::rows);
}

// What Shape::object points to for T.
template <class T>
struct Outline {
  static constexpr auto fields = fields_of<T>();
  static constexpr Object make() {
    Object made{Table<T>::name, fields};
    if constexpr (requires { Table<T>::alternatives; }) {
      made.alternatives = Table<T>::alternatives;
      made.alternative_required = Table<T>::alternative_required;
    }
    return made;
  }
  static constexpr Object object = make();
  static constexpr Shape shape{.kind = Kind::object, .object = &object};
};

}  // namespace matchrunner::codec
