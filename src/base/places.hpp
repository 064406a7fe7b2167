// SPDX-License-Identifier: Apache-2.0
// Whether paths stay below some places, whatever links and ".." are in them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace matchrunner {

// Where the places lead as it is made; those that are not there hold nothing. Reads the disk.
class Places {
 public:
  explicit Places(const std::vector<std::string>& places);

  // Where `path` leads now is one of them, or below one.
  bool hold(const std::string& path) const;

 private:
  std::vector<std::filesystem::path> tops_;
};

}  // namespace matchrunner
