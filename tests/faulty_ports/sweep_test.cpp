// SPDX-License-Identifier: Apache-2.0
// Every call on every port goes wrong once, in every way: the nth of each kind, for all n that the scenario makes.
#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/mutex.hpp"
#include "catch.hpp"
#include "faulty_ports/scenario.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct Row {
  const char* port;
  const char* call;
  std::vector<std::pair<Mishap, const char*>> mishaps;
  int most;  // some calls are made for as long as a runner lives
};

constexpr std::pair<Mishap, const char*> fails{Mishap::fails, "fails"};
constexpr std::pair<Mishap, const char*> half{Mishap::half, "is done and reported as failed"};
constexpr std::pair<Mishap, const char*> partial{Mishap::partial, "is done in part"};
constexpr std::pair<Mishap, const char*> slow{Mishap::slow, "outlasts a lease"};

const std::vector<Row> rows{
    {"store", "commit", {fails, half, slow}, 60},
    {"store", "find", {fails, slow}, 60},
    {"store", "list", {fails, slow}, 30},
    {"store", "events", {fails, slow}, 12},
    {"store", "trim", {fails, half, slow}, 1},
    {"artifacts", "open", {fails, half, slow}, 20},
    {"artifacts", "write", {fails, half, slow}, 20},
    {"artifacts", "close", {fails, half, slow}, 20},
    {"artifacts", "read", {fails, half, slow}, 20},
    {"artifacts", "link", {fails, half, slow}, 20},
    {"artifacts", "remove", {fails, half, slow}, 20},
    {"events", "publish", {fails, half, partial, slow}, 12},
};

struct Task {
  std::string call;
  int nth;
  std::pair<Mishap, const char*> mishap;
};

// Scenarios wait most of the time: many side by side.
void sweep(const std::string& port, bool remote = false) {
  const ScenarioEnd calm = play_scenario(std::make_shared<CallScript>(), remote);
  for (const std::string& broken : calm.broken) FAIL_CHECK("nothing went wrong, but: " << broken);
  std::vector<Task> tasks;
  for (const Row& row : rows) {
    if (row.port != port) continue;
    const int calls = std::min(calm.seen.at(row.call), row.most);
    REQUIRE(calls > 0);
    for (const auto& mishap : row.mishaps)
      for (int nth = 1; nth <= calls; ++nth) tasks.push_back({row.call, nth, mishap});
  }
  std::atomic<std::size_t> next = 0;
  Mutex mutex;
  std::vector<std::string> broken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < tasks.size(); at = next++) {
        const Task& task = tasks[at];
        const auto end = play_scenario(std::make_shared<CallScript>(task.call, task.nth, task.mishap.first), remote);
        const Lock lock(mutex);
        for (const std::string& what : end.broken)
          broken.push_back(task.call + " " + std::to_string(task.nth) + " " + task.mishap.second + ": " + what);
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& what : broken) FAIL_CHECK(what);
  WARN(port << ": " << tasks.size() << " mishaps");
}

}  // namespace

TEST_CASE("nothing is lost when a call on the store goes wrong") { sweep("store"); }
TEST_CASE("nothing is lost when a call on the artifact sink goes wrong") { sweep("artifacts"); }
TEST_CASE("nothing is lost when a call on a remote artifact sink goes wrong") { sweep("artifacts", true); }
TEST_CASE("nothing is lost when a call on the event sink goes wrong") { sweep("events"); }
