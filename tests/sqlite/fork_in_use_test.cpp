// SPDX-License-Identifier: Apache-2.0
// Processes that fork while threads of theirs use a store: the child opens the same file, and neither hangs nor loses
// anything, whatever the parent does.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

constexpr unsigned longest_child_seconds = 60;

std::shared_ptr<StateStore> open_in(const TemporaryFolder& folder) {
  auto store = make_sqlite_store({folder / "store.db", false});
  if (!store) return nullptr;
  return *std::move(store);
}

bool add(StateStore& store, const std::string& id) {
  Record record;
  record.kind = "test";
  record.id = id;
  record.body = "{}";
  Batch batch;
  batch.writes.push_back({record});
  return store.commit(batch, Context::within(std::chrono::seconds(30))).has_value();
}

bool has(StateStore& store, const std::string& id) {
  const auto found = store.find({"test", id}, Context::within(std::chrono::seconds(30)));
  return found && *found;
}

// 0: `work` was true.
pid_t fork_to(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::alarm(longest_child_seconds);  // one that hangs is killed
  ::_exit(work() ? 0 : 1);
}

int status_of(pid_t child) {
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  return status;
}

}  // namespace

TEST_CASE("a child that is forked while threads use a store opens its own, and both keep all") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  REQUIRE(store);
  std::atomic<bool> ends = false, went_well = true;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; !ends; ++i) {
        const std::string id = std::to_string(thread) + "." + std::to_string(i);
        if (!add(*store, id) || !has(*store, id)) went_well = false;
      }
    });
  constexpr int children = 40;
  for (int i = 0; i < children; ++i) {
    const std::string id = "child." + std::to_string(i);
    const pid_t child = fork_to([&] {
      const auto own = open_in(folder);
      return own && add(*own, id) && has(*own, id);
    });
    CHECK(status_of(child) == 0);
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(went_well);
  for (int i = 0; i < children; ++i) CHECK(has(*store, "child." + std::to_string(i)));
}

TEST_CASE("what a child commits is kept when its parent closes the same store meanwhile") {
  const TemporaryFolder folder;
  auto store = open_in(folder);
  REQUIRE(store);
  REQUIRE(add(*store, "parent"));
  int closed[2];
  int opened[2];
  REQUIRE(::pipe(closed) == 0);
  REQUIRE(::pipe(opened) == 0);
  char byte = 0;
  const pid_t child = fork_to([&] {
    const auto own = open_in(folder);
    if (!own || !add(*own, "before") || ::write(opened[1], "o", 1) != 1 || ::read(closed[0], &byte, 1) != 1)
      return false;
    return add(*own, "after") && ::kill(::getpid(), SIGKILL) == 0;  // nothing of it is tidied up
  });
  ::close(opened[1]);  // a child that dies is noticed
  REQUIRE(::read(opened[0], &byte, 1) == 1);
  CHECK(has(*store, "before"));
  store.reset();
  REQUIRE(::write(closed[1], "c", 1) == 1);
  CHECK(WTERMSIG(status_of(child)) == SIGKILL);
  for (const int end : {closed[0], closed[1], opened[0]}) ::close(end);
  store = open_in(folder);
  REQUIRE(store);
  for (const char* const id : {"parent", "before", "after"}) CHECK(has(*store, id));
}

TEST_CASE("a store whose file goes away at a fork says so") {
  const TemporaryFolder folder;
  const auto store = open_in(folder);
  REQUIRE(store);
  REQUIRE(add(*store, "a"));
  CHECK(status_of(fork_to([] { return true; })) == 0);
  REQUIRE(::unlink((folder / "store.db").c_str()) == 0);
  const auto found = store->find({"test", "a"}, {});
  REQUIRE(!found);
  CHECK(found.error().code == ErrorCode::not_found);
  CHECK(found.error().message.ends_with("store.db: was removed or replaced while it was open"));
}
