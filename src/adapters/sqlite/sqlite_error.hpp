// SPDX-License-Identifier: Apache-2.0
// What SQLite reports as an Error of ours, in one line that names the file.
#pragma once

#include <sqlite3.h>

#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

// The last failure of `db`, which returned `code`. A busy database is for the caller to tell: a deadline or a stop.
Error sqlite_error(sqlite3* db, int code, const std::string& path);

}  // namespace matchrunner
