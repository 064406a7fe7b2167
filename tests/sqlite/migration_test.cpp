// SPDX-License-Identifier: Apache-2.0
// Steps of the schema beyond those that ship.
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/schema.hpp"
#include "catch.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

std::int64_t number(Connection& connection, const char* sql) {
  Query query(connection, sql);
  REQUIRE(query.step().value());
  std::int64_t value = 0;
  query.read(0, value);
  return value;
}

}  // namespace

TEST_CASE("an older store is brought up to date, and keeps what is in it") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  REQUIRE(open_store(path)->commit({{{match_record("first")}}, {}}, Context::within(std::chrono::seconds(30))));
  const auto connection = Connection::open(path).value();
  const auto shipped = static_cast<std::int64_t>(shipped_migrations().size());
  std::vector<const char*> steps(shipped_migrations().begin(), shipped_migrations().end());
  steps.push_back("CREATE TABLE extra (number INTEGER); INSERT INTO extra VALUES (7)");

  SECTION("by every step that it lacks, once") {
    steps.push_back("UPDATE extra SET number = number + 1");
    for (int times = 0; times < 2; ++times) {
      REQUIRE(bring_up_to_date(*connection, steps));
      CHECK(number(*connection, "PRAGMA user_version") == shipped + 2);
      CHECK(number(*connection, "SELECT number FROM extra") == 8);
      CHECK(number(*connection, "SELECT count(*) FROM record") == 1);
    }
    CHECK(make_sqlite_store({path}).error().code == ErrorCode::unsupported);
  }
  SECTION("or is left as it was when one step fails") {
    steps.push_back("UPDATE nothing SET number = 1");
    CHECK_FALSE(bring_up_to_date(*connection, steps));
    CHECK(number(*connection, "PRAGMA user_version") == shipped);
    CHECK(number(*connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'extra'") == 0);
    CHECK(open_store(path)->find({"match", "first"}, Context::within(std::chrono::seconds(30))).value().has_value());
  }
}
