// SPDX-License-Identifier: Apache-2.0
// The bytes of a small file, as tests look at them.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace matchrunner {

inline std::string read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace matchrunner
