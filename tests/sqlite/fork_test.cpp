// SPDX-License-Identifier: Apache-2.0
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

// Which calls of a forked child are refused, as bits; the store is destroyed there too.
int refused_calls(std::shared_ptr<StateStore>& store) {
  const auto forked = [](const auto& result) { return !result && result.error().code == ErrorCode::forked; };
  RecordQuery query;
  query.kind = "match";
  int bits = 0;
  bits |= forked(store->commit({{{match_record("m2")}}, {}}, {})) ? 1 : 0;
  bits |= forked(store->find({"match", "m1"}, {})) ? 2 : 0;
  bits |= forked(store->list(query, {})) ? 4 : 0;
  bits |= forked(store->events({}, {})) ? 8 : 0;
  bits |= forked(store->trim(1, {})) ? 16 : 0;
  store.reset();
  return bits;
}

}  // namespace

TEST_CASE("a forked child is refused, and its end does not disturb the parent") {
  const TemporaryFolder folder;
  auto store = open_store(folder / "store.db");
  REQUIRE(store->commit({{{match_record("m1")}}, {}}, {}));
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(refused_calls(store));
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 31);
  CHECK(store->commit({{{match_record("m2")}}, {}}, {}));
  CHECK((*store->find({"match", "m2"}, {})).has_value());
}
