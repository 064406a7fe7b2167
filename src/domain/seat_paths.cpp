// SPDX-License-Identifier: Apache-2.0
#include "domain/seat_paths.hpp"

namespace matchrunner {

bool stays_below(const std::string& path) {
  if (path.empty() || path[0] == '/') return false;
  const std::string whole = "/" + path + "/";
  return whole.find("/../") == std::string::npos && path.find('\0') == std::string::npos;
}

Result<void> check_inner_paths(const Seat& seat, const std::string& origin) {
  const auto leaves = [&](const std::string& what) {
    return Error{ErrorCode::invalid_argument, "seat " + seat.name + ": " + what + " leaves the seat's folder", origin};
  };
  if (seat.working_folder && !stays_below(*seat.working_folder))
    return leaves("working_folder " + *seat.working_folder);
  for (const SeatFile& file : seat.files)
    if (!stays_below(file.path)) return leaves("file " + file.path);
  return {};
}

}  // namespace matchrunner
