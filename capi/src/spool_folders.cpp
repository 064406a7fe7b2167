// SPDX-License-Identifier: Apache-2.0
#include "spool_folders.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>

namespace matchrunner::capi {

SpoolFolders::~SpoolFolders() {
  std::error_code ignored;  // nobody is left to tell, and the system empties the folder in time
  for (const auto& folder : made_) std::filesystem::remove_all(folder, ignored);
}

Result<std::string> SpoolFolders::make() {
  std::error_code failure;
  std::string path = (std::filesystem::temp_directory_path(failure) / "matchrunner-check-XXXXXX").string();
  if (!failure && mkdtemp(path.data()) == nullptr) failure.assign(errno, std::system_category());
  if (failure) return Error{ErrorCode::unavailable, "temporary folder: " + failure.message()};
  made_.emplace_back(path);
  return path;
}

}  // namespace matchrunner::capi
