// SPDX-License-Identifier: Apache-2.0
#include "base/leads_into.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace matchrunner {

bool leads_into(const std::string& path, const std::string& place) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path top = fs::canonical(place, error);
  if (error) return false;
  const fs::path end = fs::weakly_canonical(path, error);
  if (error) return false;
  return std::mismatch(top.begin(), top.end(), end.begin(), end.end()).first == top.end();
}

}  // namespace matchrunner
