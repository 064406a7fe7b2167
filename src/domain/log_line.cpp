// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/domain/log_line.hpp"

#include "base/percent.hpp"

namespace matchrunner {

std::string to_string(const LogLine& line) {
  std::string text = to_string(line.at) + " " + std::string(to_string(line.level)) + " ";
  if (!line.match.empty()) text += line.match + " ";
  return text + without_controls(line.message);
}

}  // namespace matchrunner
