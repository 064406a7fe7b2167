// SPDX-License-Identifier: Apache-2.0
// The schema of a store file: numbered migrations, compiled in from migrations/*.sql, and whose file it is.
#pragma once

#include "adapters/sqlite/connection.hpp"

namespace matchrunner {

// Makes an empty file a store, and brings an older one up to date. `corrupt_data`: not a file of ours, and it was left
// as it is; `unsupported`: written by a newer version, or no WAL on this file system.
Result<void> bring_up_to_date(Connection& connection);

}  // namespace matchrunner
