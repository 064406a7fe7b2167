// SPDX-License-Identifier: Apache-2.0
// The schema of a store file: numbered migrations, compiled in from migrations/*.sql, and whose file it is.
#pragma once

#include <span>

#include "adapters/sqlite/connection.hpp"

namespace matchrunner {

// Row n-1 brings a file from version n-1 to n (PRAGMA user_version).
using Migrations = std::span<const char* const>;
Migrations shipped_migrations();

// Makes an empty file a store, and brings an older one up to date. `corrupt_data`: not a file of ours, and it was left
// as it is; `unsupported`: written by a newer version, or no WAL on this file system.
// All steps or none.
Result<void> bring_up_to_date(Connection& connection, Migrations migrations = shipped_migrations());

}  // namespace matchrunner
