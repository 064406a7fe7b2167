// SPDX-License-Identifier: Apache-2.0
// Containers whose runner is gone: found by their labels, and none but those.
#include <future>
#include <thread>

#include "adapters/docker/container.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Of the same match, by a later runner that does not go on with it.
MatchPlan in_another_folder(const TemporaryFolder& folder, const MatchPlan& plan) {
  MatchPlan later = shell_plan(folder, "true");
  later.match_id = plan.match_id;
  later.unique_id = plan.unique_id;
  later.epoch = plan.epoch + 1;
  return later;
}

// The program's container has ended, and takes long to be removed.
std::string leave_full_container(const MatchPlan& plan) {
  const std::string name = docker::container_name(plan, plan.game.seats[0]);
  const nlohmann::json body = {{"Image", busybox},
                               {"Labels", docker::run_labels(plan)},
                               {"Cmd", {"mkdir /many; cd /many; seq 1 100000 | xargs touch"}}};
  ask_engine("POST", "/containers/create?name=" + name, body.dump());
  ask_engine("POST", "/containers/" + name + "/start");
  wait_for_end(name);
  return name;
}

}  // namespace

TEST_CASE("what a killed runner left is ended when its match is taken up, and no other") {
  const TemporaryFolder folder;
  const MatchPlan dead = shell_plan(folder, "while :; do sleep 1; done");
  const MatchPlan other = shell_plan(folder, "while :; do sleep 1; done");
  begin_and_die(dead);
  auto executor = open_executor();
  auto going_on = start(*executor, other);
  CHECK(containers_left() == 2);
  const MatchPlan later = in_another_folder(folder, dead);
  CHECK(executor->adopt(later, {}).error().code == ErrorCode::not_found);
  CHECK(containers_left() == 1);
  CHECK(volumes_left() == 1);
  REQUIRE(going_on->stop(milliseconds(0)));
  CHECK(follow(*going_on).seat.verdict == Verdict::killed);
  going_on.reset();
  executor.reset();  // which waits for what it removes
  CHECK(containers_left() == 0);
}

TEST_CASE("containers of this host whose run has no folder are removed by whoever comes next") {
  const TemporaryFolder folder;
  const MatchPlan dead = shell_plan(folder, "while :; do sleep 1; done");
  begin_and_die(dead);
  const MatchPlan next = shell_plan(folder, "true");
  CHECK(play(*open_executor(), next).seat.verdict == Verdict::ok);
  CHECK(containers_left() == 1);  // its folder is there: somebody may come for it
  std::filesystem::remove_all(dead.spool_folder);
  MatchPlan last = shell_plan(folder, "true");
  CHECK(play(*open_executor(), last).seat.verdict == Verdict::ok);
  CHECK(containers_left() == 0);
  CHECK(volumes_left() == 0);
}

TEST_CASE("who takes a match up waits for the removal of its container that is going on") {
  const TemporaryFolder folder;
  const auto executor = open_executor();
  MatchPlan plan = shell_plan(folder, "true");
  const std::string name = leave_full_container(plan);
  auto removal = std::async(std::launch::async, [&] { ask_engine("DELETE", "/containers/" + name); });
  while (asked_of_engine("/containers/" + name + "/json")["State"]["Status"] != "removing") std::this_thread::yield();
  plan.epoch = 2;
  CHECK(executor->adopt(plan, {}).error().code == ErrorCode::not_found);
  CHECK(containers_left() == 0);
  removal.get();
}

TEST_CASE("who takes a match up waits until what an earlier run left is in use no more") {
  const TemporaryFolder folder;
  const auto executor = open_executor();
  MatchPlan plan = shell_plan(folder, "true");
  const nlohmann::json volume = {{"Name", "left"}, {"Labels", docker::run_labels(plan)}};
  ask_engine("POST", "/volumes/create", volume.dump());
  // Not found by its labels, as one that the engine is still making.
  const nlohmann::json user = {{"Image", busybox}, {"HostConfig", {{"Binds", {"left:/left"}}}}};
  ask_engine("POST", "/containers/create?name=user", user.dump());
  plan.epoch = 2;
  auto taken = std::async(std::launch::async, [&] { return executor->adopt(plan, {}).error().code; });
  CHECK(taken.wait_for(std::chrono::seconds(1)) == std::future_status::timeout);
  ask_engine("DELETE", "/containers/user");
  CHECK(taken.get() == ErrorCode::not_found);
  CHECK(volumes_left() == 0);
}

TEST_CASE("a run that goes on cannot be started again") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "while :; do sleep 1; done");
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  const auto again = open_executor()->start(plan, {});
  REQUIRE(!again);
  CHECK(again.error().code == ErrorCode::conflict);
  CHECK(!run->poll(Context::within(milliseconds(300))).value());  // it goes on
}

TEST_CASE("a container that somebody else removes is a run lost, not a seat's end") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "while :; do sleep 1; done");
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  CHECK(!open_executor()->adopt(in_another_folder(folder, plan), {}));
  CHECK(follow(*run).lost == "its container was removed by somebody else");
}
