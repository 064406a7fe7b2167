// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "catch.hpp"
#include "sqlite/child.hpp"
#include "sqlite/raw_file.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

TEST_CASE("a commit waits for another process until its deadline or stop") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto store = open_store(path);
  const Batch batch{{{match_record("m1")}}, {}};
  Child locker("lock", path, "");
  REQUIRE(locker.read_line() == "locked");

  const auto late = store->commit(batch, Context::within(milliseconds(20)));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::timeout);
  CHECK(late.error().message.find(path) != std::string::npos);

  std::stop_source stop;
  std::jthread stopper([&stop] { stop.request_stop(); });
  const auto stopped = store->commit(batch, {Context::Clock::time_point::max(), stop.get_token()});
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == ErrorCode::cancelled);

  // Readers do not wait, and nothing of the failed commits is there.
  const auto found = store->find({"match", "m1"}, Context::within(milliseconds(60000)));
  REQUIRE(found);
  CHECK_FALSE(found->has_value());

  std::jthread releaser([&locker] { locker.close_input(); });
  CHECK(store->commit(batch, Context::within(milliseconds(60000))));
}

TEST_CASE("a thread that gives up leaves the others that wait for the lock") {
  const TemporaryFolder folder;
  const auto path = folder / "store.db";
  const auto store = open_store(path);
  Child locker("lock", path, "");
  REQUIRE(locker.read_line() == "locked");
  std::vector<Result<CommitReceipt>> results(8, Error{});
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < results.size(); ++i)
      threads.emplace_back([&, i] {
        // Every other thread has but a moment; whoever of them led must hand over.
        const auto time = milliseconds(i % 2 == 0 ? 20 : 60000);
        results[i] = store->commit({{{match_record("m" + std::to_string(i))}}, {}}, Context::within(time));
      });
    for (std::size_t i = 0; i < results.size(); i += 2) threads[i].join();
    locker.close_input();
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO("thread " << i);
    CHECK(results[i].has_value() == (i % 2 == 1));
    if (!results[i]) CHECK(results[i].error().code == ErrorCode::timeout);
  }
}
