// SPDX-License-Identifier: Apache-2.0
#include "sqlite/raw_file.hpp"

#include <sqlite3.h>

#include "catch.hpp"
#include "matchrunner/adapters/sqlite.hpp"

namespace matchrunner {

std::shared_ptr<StateStore> open_store(const std::string& path) {
  auto store = make_sqlite_store({path});
  INFO((store ? "" : store.error().describe()));
  REQUIRE(store);
  return *std::move(store);
}

void run_sql(const std::string& path, const std::string& sql) {
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(sqlite3_close(db) == SQLITE_OK);
}

Record match_record(const std::string& id) {
  Record record;
  record.kind = "match";
  record.id = id;
  record.body = "{}";
  return record;
}

}  // namespace matchrunner
