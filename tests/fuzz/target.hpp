// SPDX-License-Identifier: Apache-2.0
// What fuzz targets share: a target is one function that libFuzzer calls with bytes, and that aborts when something
// does not hold which must hold for every input. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace matchrunner::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Takes off what stands before `end`, and `end` itself.
inline std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
  return part;
}

inline void require(bool holds, const char* what, std::string_view shown = {}) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n%s\n", what, std::string(shown).c_str());
  std::abort();
}

// Nothing in it moves a terminal's cursor.
inline void require_one_line(std::string_view text) {
  for (const char c : text)
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "a message is one line without control characters",
            text);
}

inline void require_error(const Error& error, ErrorCode code) {
  require(error.code == code, "the code that is promised", error.message);
  require(!error.message.empty(), "an error says what is wrong");
  require_one_line(error.message);
}

}  // namespace matchrunner::fuzz
