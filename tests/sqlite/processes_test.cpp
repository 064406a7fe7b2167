// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <vector>

#include "catch.hpp"
#include "sqlite/child.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

TEST_CASE("processes that write one record lose no update and no event") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto store = open_store(path);
  REQUIRE(store->commit({{{match_record("m1")}}, {}}, {}));
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 4; ++i) children.push_back(std::make_unique<Child>("raise", path, "m1"));
  for (const auto& child : children) {
    CHECK(child->read_line() == "ok");
    CHECK(child->wait() == 0);
  }
  const auto record = store->find({"match", "m1"}, {});
  REQUIRE(record);
  CHECK((*record)->version == 1 + 4 * 50);
  const auto page = store->events({}, {});
  REQUIRE(page);
  REQUIRE(page->events.size() == 4 * 50);
  for (std::size_t i = 0; i < page->events.size(); ++i) CHECK(page->events[i].sequence == i + 1);
}

TEST_CASE("processes that open a new file at once all get the same store") {
  for (int round = 0; round < 10; ++round) {
    const TemporaryFolder folder;
    const auto path = folder / "deep/er/store.db";
    std::vector<std::unique_ptr<Child>> children;
    for (int i = 0; i < 6; ++i) children.push_back(std::make_unique<Child>("open", path, ""));
    for (const auto& child : children) CHECK(child->read_line() == "ok");
  }
}

TEST_CASE("a lease of an earlier boot has lapsed") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto store = open_store(path);
  Write claim{match_record("m1"), LeaseChange::claim, std::chrono::hours(1)};
  claim.record.holder = "before";
  REQUIRE(store->commit({{claim}, {}}, {}));
  RecordQuery lapsed;
  lapsed.kind = "match";
  lapsed.lapsed = true;
  CHECK(store->list(lapsed, {})->records.empty());

  run_sql(path, "UPDATE record SET lease_boot = 'an earlier boot'");
  REQUIRE(store->list(lapsed, {})->records.size() == 1);
  const auto left = store->find({"match", "m1"}, {});
  REQUIRE(left);
  CHECK((*left)->lease_left <= milliseconds(0));
  CHECK(store->commit({{Write{**left, LeaseChange::renew, std::chrono::hours(1)}}, {}}, {}).error().code ==
        ErrorCode::conflict);
  claim.record = **left;
  claim.record.holder = "after";
  REQUIRE(store->commit({{claim}, {}}, {}));
  CHECK((*store->find({"match", "m1"}, {}))->epoch == 2);
}
