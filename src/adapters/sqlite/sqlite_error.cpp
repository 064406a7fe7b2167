// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/sqlite_error.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

#include "base/percent.hpp"
#include "base/system_error.hpp"

namespace matchrunner {
namespace {

struct Row {
  int sqlite_code;  // primary result code
  ErrorCode code;
};
constexpr Row rows[] = {
    {SQLITE_BUSY, ErrorCode::timeout},
    {SQLITE_CONSTRAINT, ErrorCode::already_exists},
    {SQLITE_CORRUPT, ErrorCode::corrupt_data},
    {SQLITE_ERROR, ErrorCode::corrupt_data},  // our statements fit our tables: the file has others
    {SQLITE_NOTADB, ErrorCode::corrupt_data},
    {SQLITE_FULL, ErrorCode::resource_exhausted},
    {SQLITE_NOMEM, ErrorCode::resource_exhausted},
    {SQLITE_TOOBIG, ErrorCode::resource_exhausted},  // as NOMEM, what a damaged file may ask for
    {SQLITE_PERM, ErrorCode::permission_denied},
    {SQLITE_READONLY, ErrorCode::permission_denied},
    {SQLITE_CANTOPEN, ErrorCode::permission_denied},
    {SQLITE_IOERR, ErrorCode::unavailable},
};

// What the system said to a failed call of SQLite's. A COMMIT does not keep it; errno still has it then, and is
// believed when it tells of a full disk, which nothing else here would.
std::optional<Error> system_reason(sqlite3* db, int primary, const std::string& what, int last_errno) {
  if (db == nullptr || (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)) return std::nullopt;
  if (const int kept = sqlite3_system_errno(db); kept != 0) return system_error(kept, what, "sqlite");
  Error reason = system_error(last_errno, what, "sqlite");
  if (reason.code != ErrorCode::resource_exhausted) return std::nullopt;
  return reason;
}

}  // namespace

Error sqlite_error(sqlite3* db, int code, const std::string& path) {
  const int last_errno = errno;
  const int primary = code & 0xff;
  // A damaged file has parts in the message.
  const std::string what = without_controls(path + ": " + (db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code)));
  if (auto reason = system_reason(db, primary, what, last_errno)) return *std::move(reason);
  const auto row =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& each) { return each.sqlite_code == primary; });
  return {row == std::end(rows) ? ErrorCode::internal : row->code, what, "sqlite"};
}

}  // namespace matchrunner
