// SPDX-License-Identifier: Apache-2.0
// What pruning removes, what it leaves and why; and that several may prune one store at once.
#include <stop_token>
#include <thread>

#include "base/clocks.hpp"
#include "catch.hpp"
#include "matchrunner/open.hpp"
#include "moody_artifacts.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

using std::chrono::hours;
using Types = std::vector<std::string>;

struct MoodyGround : Ground {
  std::shared_ptr<MoodyArtifacts> moody = std::make_shared<MoodyArtifacts>();
  MoodyGround() { artifacts = moody; }
};

MatchRequest leaves_a_file(const std::string& id) {
  MatchRequest request = solo({"output a=" + id});
  request.id = id;
  return request;
}

bool is_there(Runner& runner, const std::string& match) { return runner.find_match(match).value().has_value(); }

}  // namespace

TEST_CASE("pruning forgets old matches, their artifacts and their events") {
  const Ground ground;
  const auto runner = Runner::open(ground.options()).value();
  const Match old = played(*runner, solo({"output a=1"}));
  const auto uri = old.artifacts.front().uri;
  const Match live = runner->submit_match(solo({"hang"})).value();
  until(*runner, live.id, MatchState::running);
  CHECK(runner->prune(Time{}).value().removed == 0);
  CHECK(runner->prune(wall_now() + hours(1)).value().removed == 1);
  CHECK_FALSE(runner->find_match(old.id).value().has_value());
  CHECK(ground.artifacts->read(uri, 0, 1, patience()).error().code == ErrorCode::not_found);
  CHECK(runner->find_match(live.id).value().has_value());
  CHECK(event_types(*runner, old.id) == Types{"prune"});  // behind the first of the live match
}

TEST_CASE("pruning keeps the whole story of a match that waits or runs") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Time later = wall_now() + hours(1);
  const auto sequences = [&] {
    std::vector<std::uint64_t> all;
    for (const Event& event : ground.store->events({}, patience()).value().events) all.push_back(event.sequence);
    return all;
  };
  const Match gone = desk->submit_match(solo({"exit 0"})).value();
  REQUIRE(desk->stop_match(gone.id, ""));
  const Match waits = desk->submit_match(solo({"exit 0"})).value();
  const Match last = desk->submit_match(solo({"exit 0"})).value();
  REQUIRE(desk->stop_match(last.id, ""));

  REQUIRE(desk->prune(later).value().removed == 2);
  CHECK(event_types(*desk, gone.id) == Types{"prune"});
  CHECK(event_types(*desk, waits.id) == Types{"submit"});
  CHECK(event_types(*desk, last.id) == Types{"submit", "stop", "prune"});  // behind it
  REQUIRE(desk->stop_match(waits.id, ""));
  REQUIRE(desk->prune(later).value().removed == 1);
  CHECK(sequences().empty());
}

TEST_CASE("a match whose artifacts cannot be removed is left, and the others go") {
  MoodyGround ground;
  const auto runner = Runner::open(ground.options()).value();
  for (const char* const id : {"m1", "m2", "m3"}) played(*runner, leaves_a_file(id));
  ground.moody->before_removal = [](const std::string& uri, const Context&) {
    return is_of(uri, "m2") ? Result<void>(Error{ErrorCode::permission_denied, "not yours"}) : Result<void>();
  };
  const Pruned first = runner->prune(Time::max()).value();
  CHECK(first.removed == 2);
  CHECK(first.left == 1);
  CHECK(first.all_removed().error().code == ErrorCode::permission_denied);
  CHECK(first.all_removed().error().message == "2 removed, 1 left: not yours");
  CHECK(is_there(*runner, "m2"));
  CHECK_FALSE(is_there(*runner, "m3"));
  ground.moody->before_removal = nullptr;
  CHECK(runner->prune(Time::max()).value().all_removed().value() == 1);
  CHECK_FALSE(is_there(*runner, "m2"));
}

TEST_CASE("of a sink that is away nothing more is asked, and what is kept elsewhere goes") {
  MoodyGround ground;
  const TemporaryFolder own;
  RunnerOptions options = ground.options();
  options.targets = {"file:///*"};
  const auto runner = Runner::open(options).value();
  MatchRequest elsewhere = leaves_a_file("elsewhere");
  elsewhere.storage = {{"*", "file://" + own.path()}};
  for (const char* const id : {"m1", "m2"}) played(*runner, leaves_a_file(id));
  played(*runner, elsewhere);
  REQUIRE(std::filesystem::exists(own / "elsewhere"));
  int asked = 0;
  ground.moody->before_removal = [&](const std::string&, const Context&) -> Result<void> {
    ++asked;
    return Error{ErrorCode::unavailable, "no answer"};
  };
  const Pruned pruned = runner->prune(Time::max()).value();
  CHECK(pruned.removed == 1);
  CHECK(pruned.left == 2);
  CHECK(asked == 1);
  CHECK_FALSE(std::filesystem::exists(own / "elsewhere"));
}

TEST_CASE("what a sink never removes does not keep its match") {
  MoodyGround ground;
  ground.moody->removes = false;
  ground.moody->before_removal = [](const std::string&, const Context&) {
    return Error{ErrorCode::unsupported, "it keeps nothing"};
  };
  const auto runner = Runner::open(ground.options()).value();
  played(*runner, leaves_a_file("m1"));
  CHECK(runner->prune(Time::max()).value().all_removed().value() == 1);
}

TEST_CASE("pruning ends when it is told to, and goes on where it was") {
  MoodyGround ground;
  const auto runner = Runner::open(ground.options()).value();
  for (const char* const id : {"m1", "m2", "m3"}) played(*runner, leaves_a_file(id));
  std::stop_source stop;
  ground.moody->before_removal = [&](const std::string& uri, const Context&) {
    if (is_of(uri, "m2")) stop.request_stop();
    return Result<void>();
  };
  const Context context{Context::Clock::time_point::max(), stop.get_token()};
  CHECK(runner->prune(Time::max(), context).error().code == ErrorCode::cancelled);
  CHECK_FALSE(is_there(*runner, "m1"));
  CHECK(is_there(*runner, "m2"));
  CHECK(is_there(*runner, "m3"));
  CHECK(runner->prune(Time::max()).value().removed == 2);
}

TEST_CASE("several that prune one store at once remove each match once") {
  const TemporaryFolder folder;
  Ground ground;
  ground.artifacts = open_artifact_sink("file://" + folder.path()).value();
  const auto runner = Runner::open(ground.options(4)).value();
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) ids.push_back(runner->submit_match(leaves_a_file("m" + std::to_string(i))).value().id);
  for (const std::string& id : ids) REQUIRE(runner->wait_match(id, patience()).value().stored_at);
  std::vector<Result<Pruned>> pruned(4, Pruned());
  std::vector<std::thread> threads;
  for (auto& each : pruned)
    threads.emplace_back([&] { each = Runner::open(ground.watching()).value()->prune(Time::max()); });
  for (std::thread& thread : threads) thread.join();
  std::uint64_t removed = 0;
  for (const auto& each : pruned) removed += each.value().all_removed().value();
  CHECK(removed == ids.size());
  for (const std::string& id : ids) {
    CHECK_FALSE(is_there(*runner, id));
    CHECK_FALSE(std::filesystem::exists(folder / id));
  }
}

TEST_CASE("a match that was removed and asked for anew meanwhile keeps what it has") {
  MoodyGround ground;
  const auto worker = Runner::open(ground.options()).value();
  const auto desk = Runner::open(ground.watching()).value();
  for (const char* const id : {"m1", "m2"}) played(*worker, leaves_a_file(id));
  bool first = true;
  ground.moody->before_removal = [&](const std::string&, const Context&) {
    if (!std::exchange(first, false)) return Result<void>();
    REQUIRE(worker->prune(Time::max()).value().removed == 2);
    played(*worker, leaves_a_file("m2"));
    return Result<void>();
  };
  CHECK(desk->prune(Time::max()).value().removed == 0);
  CHECK(desk->read_log("m2", "output/a", 0, 10).value().bytes == "m2");
}
