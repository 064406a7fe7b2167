// SPDX-License-Identifier: Apache-2.0
// ArtifactSink in a folder: FOLDER/match/epoch/name, written beside and renamed, file and folder synced before close
// returns.
#pragma once

#include <memory>
#include <string>

#include "matchrunner/ports/artifact_sink.hpp"

namespace matchrunner {

struct DirectoryOptions {
  std::string folder;  // absolute; created when absent. URIs are file:// + the path
};

// `invalid_argument`: not absolute, or a file; `permission_denied`: cannot be written.
Result<std::shared_ptr<ArtifactSink>> make_directory_artifacts(const DirectoryOptions& options);

}  // namespace matchrunner
