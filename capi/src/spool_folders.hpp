// SPDX-License-Identifier: Apache-2.0
// SpoolFolders: empty folders in the system's temporary folder, removed with the object.
// Used by one thread at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "matchrunner/base/result.hpp"

namespace matchrunner::capi {

class SpoolFolders {
 public:
  SpoolFolders() = default;
  ~SpoolFolders();
  SpoolFolders(const SpoolFolders&) = delete;
  SpoolFolders& operator=(const SpoolFolders&) = delete;

  // The absolute path of a new one.
  Result<std::string> make();

 private:
  std::vector<std::filesystem::path> made_;
};

}  // namespace matchrunner::capi
