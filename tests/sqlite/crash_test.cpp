// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <map>
#include <random>

#include "catch.hpp"
#include "sqlite/child.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

// The last number that a killed `count` process said.
std::uint64_t acknowledged_when_killed(Child& child, int after_lines) {
  std::string last;
  for (int line = 0; line < after_lines; ++line) last = child.read_line();
  child.kill();
  for (std::string line = child.read_line(); !line.empty(); line = child.read_line()) last = line;
  CHECK(child.wait() == -SIGKILL);
  return std::stoull(last);
}

std::uint64_t number_in(StateStore& store, const std::string& id) {
  const auto record = store.find({"match", id}, {});
  REQUIRE(record);
  REQUIRE(record->has_value());
  return std::stoull((*record)->body);
}

}  // namespace

TEST_CASE("kill -9 amid commits leaves every batch whole or not there, and loses none that was acknowledged") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::minstd_rand random(seed);
  std::uint64_t events = 0;
  for (int round = 0; round < 10; ++round) {
    std::map<std::string, std::uint64_t> acknowledged;
    {
      Child one("count", path, "one");
      Child two("count", path, "two");
      acknowledged["one"] = acknowledged_when_killed(one, 1 + static_cast<int>(random() % 20));
      acknowledged["two"] = acknowledged_when_killed(two, 1 + static_cast<int>(random() % 20));
    }
    const auto store = open_store(path);
    std::uint64_t sum = 0;
    for (const auto& [name, number] : acknowledged) {
      const auto stored = number_in(*store, name + "-left");
      CHECK(stored == number_in(*store, name + "-right"));
      CHECK(stored >= number);
      CHECK(stored <= number + 1);  // what was committed when the answer could not be given any more
      sum += stored;
    }
    EventQuery query;
    query.after = events;
    query.limit = 10000;
    const auto page = store->events(query, {});
    REQUIRE(page);
    for (const Event& event : page->events) CHECK(event.sequence == ++events);
    CHECK(events == 2 * sum);
  }
}
