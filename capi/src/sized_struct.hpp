// SPDX-License-Identifier: Apache-2.0
// Structs of the C header that begin with struct_size, from and to callers built against a header of any age.
// Pure functions, safe from any thread.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner::capi {

// `invalid_argument`: struct_size was never set.
template <class T>
Result<std::size_t> size_of_struct(const T& given, const char* name) {
  constexpr std::size_t largest = 4096;  // beyond is no struct_size but an uninitialized one
  const std::size_t size = given.struct_size;
  if (size == 0 || size % alignof(T) != 0 || size > largest)
    return Error{ErrorCode::invalid_argument,
                 std::string(name) + ".struct_size: expected its sizeof, found " + std::to_string(size)};
  return size;
}

// The caller's struct, laid over the defaults. `unsupported`: it is newer than this library, and a field that the
// library does not know is in use.
template <class T>
Result<T> read_struct(const T& given, T defaults, const char* name) {
  const auto size = size_of_struct(given, name);
  if (!size) return size.error();
  const auto* bytes = reinterpret_cast<const unsigned char*>(&given);
  for (std::size_t i = sizeof(T); i < *size; ++i)
    if (bytes[i] != 0)
      return Error{ErrorCode::unsupported,
                   std::string(name) + " has a field in use that this version of the library does not know"};
  std::memcpy(&defaults, bytes, std::min(*size, sizeof(T)));
  return defaults;
}

// Fills the caller's struct as far as it goes.
template <class T>
Result<void> write_struct(T& place, T content, const char* name) {
  const auto size = size_of_struct(place, name);
  if (!size) return size.error();
  content.struct_size = place.struct_size;
  std::memcpy(&place, &content, std::min(*size, sizeof(T)));
  return {};
}

}  // namespace matchrunner::capi
