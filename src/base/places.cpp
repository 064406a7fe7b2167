// SPDX-License-Identifier: Apache-2.0
#include "base/places.hpp"

#include <algorithm>
#include <system_error>

namespace matchrunner {

namespace fs = std::filesystem;

Places::Places(const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    std::error_code error;
    fs::path top = fs::canonical(place, error);
    if (!error) tops_.push_back(std::move(top));
  }
}

bool Places::hold(const std::string& path) const {
  std::error_code error;
  const fs::path end = fs::weakly_canonical(path, error);
  return !error && std::any_of(tops_.begin(), tops_.end(), [&](const fs::path& top) {
    return std::mismatch(top.begin(), top.end(), end.begin(), end.end()).first == top.end();
  });
}

}  // namespace matchrunner
