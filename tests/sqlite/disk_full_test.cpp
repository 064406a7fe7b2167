// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "file_bytes.hpp"
#include "small_disk.hpp"
#include "sqlite/child.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

// Fills the store; every record that was acknowledged is there, and of the one that was refused nothing.
void fill(const std::string& verb, const std::string& path) {
  Child filler(verb, path, "m");
  const int acknowledged = std::stoi(filler.read_line());
  CHECK(acknowledged > 0);
  const auto reason = filler.read_line();
  INFO(reason);
  CHECK(reason.rfind("resource_exhausted ", 0) == 0);
  CHECK(reason.find(path) != std::string::npos);
  CHECK(filler.wait() == 1);

  const auto store = open_store(path);
  RecordQuery query;
  query.kind = "match";
  query.limit = 1000;
  CHECK(store->list(query, {})->records.size() == static_cast<std::size_t>(acknowledged));
  CHECK(store->events({}, {})->events.size() == static_cast<std::size_t>(acknowledged));
}

}  // namespace

TEST_CASE("a file that may not grow: resource_exhausted, and nothing half-written") {
  const TemporaryFolder folder;
  fill("fill_limited", folder / "store.db");
  // Without the limit it goes on.
  CHECK(open_store(folder / "store.db")->commit({{{match_record("next")}}, {}}, {}));
}

TEST_CASE("a full disk: resource_exhausted, nothing half-written, and it goes on when there is room") {
  if (::geteuid() != 0) return;  // only root may mount
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path(), "2m");
  write_bytes(folder / "room", std::string(256 << 10, 'x'));
  fill("fill", folder / "store.db");
  const auto store = open_store(folder / "store.db");
  Record large = match_record("next");
  large.body = std::string(512 << 10, 'x');
  const auto refused = store->commit({{{large}}, {}}, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::resource_exhausted);
  std::filesystem::remove(folder / "room");
  CHECK(store->commit({{{match_record("next")}}, {}}, {}));
}
