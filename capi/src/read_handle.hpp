// SPDX-License-Identifier: Apache-2.0
// Accessors: what a handle's value says, or 0, NULL or "" where there is no handle or no such row.
// Pure functions, safe from any thread.
#pragma once

#include <functional>
#include <string>

#include "handles.hpp"

namespace matchrunner::capi {

// `what`: a member, or a function of the value that gives a reference to a string in it.
template <class C, class What>
const char* text_of(const C* handle, What what) noexcept {
  return handle == nullptr ? "" : std::invoke(what, C::of(handle)).c_str();
}

// `what`: a member, or a function of the value that gives a number or a pointer.
template <class C, class What>
auto number_of(const C* handle, What what) noexcept {
  using Number = std::remove_cvref_t<std::invoke_result_t<What, const typename C::Value&>>;
  return handle == nullptr ? Number{} : std::invoke(what, C::of(handle));
}

template <class C, class What>
mr_flag flag_of(const C* handle, What what) noexcept {
  return handle != nullptr && std::invoke(what, C::of(handle)) ? 1 : 0;
}

// Writes the number where the handle's value has one.
template <class C, class What, class Number>
mr_flag optional_of(Number* out, const C* handle, What what) noexcept {
  if (out == nullptr || handle == nullptr) return 0;
  const auto& number = std::invoke(what, C::of(handle));
  if (number) *out = *number;
  return number ? 1 : 0;
}

// Of a row of some vector.
template <class Rows, class What>
const char* text_in(const Rows& rows, std::size_t index, What what) noexcept {
  return index < rows.size() ? std::invoke(what, rows[index]).c_str() : "";
}

// Of a row of a list, a handle whose value is a vector.
template <class C, class What>
const char* row_text(const C* list, std::size_t index, What what) noexcept {
  return list == nullptr ? "" : text_in(C::of(list), index, what);
}

template <class C, class What>
auto row_number(const C* list, std::size_t index, What what) noexcept {
  using Number = std::remove_cvref_t<std::invoke_result_t<What, typename C::Value::const_reference>>;
  return list != nullptr && index < C::of(list).size() ? std::invoke(what, C::of(list)[index]) : Number{};
}

// The row of some vector as a borrowed handle, or NULL.
template <class C, class Rows>
const C* lend_row(const Rows& rows, std::size_t index) noexcept {
  return index < rows.size() ? C::lend(rows[index]) : nullptr;
}

// C numbers begin at 1, so that 0 can mean "none yet".
template <class Enum>
constexpr std::uint8_t to_number(Enum value) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(value) + 1);
}

template <class Enum, std::size_t N>
constexpr std::optional<Enum> from_number(const std::array<Name<Enum>, N>& names, std::uint8_t number) {
  for (const auto& row : names)
    if (to_number(row.value) == number) return row.value;
  return std::nullopt;
}

// A C string that may be NULL.
inline std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

}  // namespace matchrunner::capi
