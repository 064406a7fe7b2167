// SPDX-License-Identifier: Apache-2.0
// StateStore in one SQLite file (WAL), for one host and any number of its processes.
#pragma once

#include <memory>
#include <string>

#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

struct SqliteOptions {
  std::string path;     // of the file; created with its folder when absent
  bool durable = true;  // synchronous=FULL: a commit survives a power cut; false: synchronous=NORMAL
};

// `invalid_argument`: no path, or a folder; `permission_denied`, `resource_exhausted`: as the system says;
// `corrupt_data`: not a matchrunner store; `unsupported`: written by a newer version.
Result<std::shared_ptr<StateStore>> make_sqlite_store(const SqliteOptions& options);

}  // namespace matchrunner
