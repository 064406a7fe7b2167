// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/schema.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "adapters/sqlite/query.hpp"

namespace matchrunner {
namespace {

constexpr const char* shipped[] = {
#include "adapters/sqlite/migrations.inc"
};

constexpr std::int64_t application_id = 0x6d726e72;  // "mrnr", in the file's header

// A commit writes whole pages, one for each row and index entry that changes: small pages make small commits.
constexpr const char* new_file = "PRAGMA page_size = 2048";

struct FileState {
  std::int64_t application = 0;
  std::int64_t version = 0;
  std::int64_t tables = 0;

  bool empty() const { return application == 0 && version == 0 && tables == 0; }
};

Result<std::int64_t> number(Connection& connection, std::string_view sql) {
  Query query(connection, sql);
  const auto row = query.step();
  if (!row) return row.error();
  std::int64_t value = 0;
  if (*row) query.read(0, value);
  return value;
}

Result<FileState> state_of(Connection& connection) {
  FileState state;
  const std::pair<const char*, std::int64_t*> reads[] = {{"PRAGMA application_id", &state.application},
                                                         {"PRAGMA user_version", &state.version},
                                                         {"SELECT count(*) FROM sqlite_schema", &state.tables}};
  for (const auto& [sql, value] : reads) {
    const auto read = number(connection, sql);
    if (!read) return read.error();
    *value = *read;
  }
  return state;
}

// As it is at one moment, while others may be making it a store.
Result<FileState> snapshot_of(Connection& connection) {
  if (auto begun = connection.execute("BEGIN"); !begun) return begun.error();
  auto state = state_of(connection);
  if (auto ended = connection.execute("ROLLBACK"); state && !ended) return ended.error();
  return state;
}

Result<void> check_ours(const FileState& state, std::int64_t newest, const Connection& connection) {
  const std::string& path = connection.path();
  if (state.empty()) return {};
  if (state.application != application_id || state.version < 1)
    return Error{ErrorCode::corrupt_data, path + ": not a matchrunner store", "sqlite"};
  if (state.version > newest)
    return Error{ErrorCode::unsupported,
                 path + ": written by a newer version of matchrunner (schema " + std::to_string(state.version) +
                     ", this one knows " + std::to_string(newest) + ")",
                 "sqlite"};
  return {};
}

Result<std::string> ask_for_wal(Connection& connection) {
  Query query(connection, "PRAGMA journal_mode = WAL");
  const auto row = query.step();
  if (!row) return row.error();
  std::string mode;
  if (*row) query.read(0, mode);
  return mode;
}

// SQLite does not call its busy handler for the exclusive lock that a change of the journal needs.
Result<void> use_wal(Connection& connection) {
  auto mode = ask_for_wal(connection);
  for (int tries = 0; !mode && mode.error().code == ErrorCode::timeout && connection.pause_while_busy(tries); ++tries)
    mode = ask_for_wal(connection);
  if (!mode) return mode.error();
  if (*mode == "wal") return {};
  return Error{ErrorCode::unsupported, connection.path() + ": no write-ahead log on this file system", "sqlite"};
}

// In one transaction. Another process may have been first: what counts is the version read inside it.
Result<void> migrate(Connection& connection, Migrations migrations) {
  const auto newest = static_cast<std::int64_t>(migrations.size());
  if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto state = state_of(connection);
  if (!state) return state.error();
  if (auto ours = check_ours(*state, newest, connection); !ours) return ours;
  for (const char* const sql : migrations.subspan(static_cast<std::size_t>(state->version)))
    if (auto done = connection.execute(sql); !done) return done;
  const std::string stamp =
      "PRAGMA application_id = " + std::to_string(application_id) + "; PRAGMA user_version = " + std::to_string(newest);
  if (auto done = connection.execute(stamp.c_str()); !done) return done;
  return connection.execute("COMMIT");
}

}  // namespace

Migrations shipped_migrations() { return shipped; }

Result<void> bring_up_to_date(Connection& connection, Migrations migrations) {
  const auto newest = static_cast<std::int64_t>(migrations.size());
  const auto state = snapshot_of(connection);
  if (!state) return state.error();
  if (auto ours = check_ours(*state, newest, connection); !ours) return ours;
  if (state->empty())
    if (auto small = connection.execute(new_file); !small) return small;
  if (auto wal = use_wal(connection); !wal) return wal;
  if (state->version == newest) return {};
  auto migrated = migrate(connection, migrations);
  if (!migrated && connection.in_transaction()) (void)connection.execute("ROLLBACK");
  return migrated;
}

}  // namespace matchrunner
