// SPDX-License-Identifier: Apache-2.0
// Seats that wait for others, and those that are not ready.
#include <stop_token>
#include <thread>

#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a seat is ready by its log, its port or its health check") {
  const TemporaryFolder folder;
  Readiness ready{.within_seconds = 20};
  std::string server;
  std::string image = busybox;
  SECTION("a text in its log, in two writes") {
    ready.log = "server is up";
    server = "sleep 0.5; touch /matchrunner/seat/up; printf 'the server '; sleep 0.2; echo 'is up'";
  }
  SECTION("a text in its stderr") {
    ready.log = "server is up";
    server = "sleep 0.5; touch /matchrunner/seat/up; echo 'server is up' >&2";
  }
  SECTION("a port") {
    ready.port = 6000;
    server = "sleep 0.5; nc -l -p 6000 >/dev/null & nc -l -s 127.0.0.1 -p 6001 & sleep 1";
  }
  SECTION("the health check of its image") {
    image = "matchrunner-test/healthy:1";
    ready.health = true;
    server = "sleep 0.5; touch /tmp/healthy";
  }
  MatchPlan plan = network_plan(folder, server + "; sleep 1", {{"red", "cat /proc/uptime"}});
  plan.game.seats[0].image = image;
  plan.game.seats[0].ready = ready;
  plan.game.seats[1].after = {"server"};
  const auto began = std::chrono::steady_clock::now();
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  CHECK(std::chrono::steady_clock::now() - began >= std::chrono::milliseconds(500));
  const Played played = follow(*run);
  CAPTURE(server, played.of("server").detail, log_of(plan, "server", "stderr"));
  CHECK(played.of("server").verdict == Verdict::ok);
  CHECK(played.of("red").verdict == Verdict::ok);
  CHECK(!log_of(plan, "red").empty());
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a server that never becomes ready is told as such, and its log is kept") {
  const TemporaryFolder folder;
  Readiness ready{.within_seconds = 1};
  std::string missing;
  SECTION("log") {
    ready.log = "up";
    missing = "its log has no 'up'";
  }
  SECTION("port: one that the others cannot reach is none") {
    ready.port = 6001;
    missing = "nothing listens on its port 6001";
  }
  SECTION("health") {
    ready.health = true;
    missing = "its health check does not pass";
  }
  MatchPlan plan = network_plan(folder, "echo starting; nc -l -s 127.0.0.1 -p 6001 & " + std::string(forever),
                                {{"early", forever}, {"red", "true"}});
  plan.game.seats[0].image = ready.health ? "matchrunner-test/healthy:1" : busybox;
  plan.game.seats[0].ready = ready;
  plan.game.seats[2].after = {"server"};
  plan.grace = milliseconds(200);
  const Played played = play(*open_executor(), plan);
  CHECK(played.of("server").verdict == Verdict::not_ready);
  CHECK(played.of("server").detail == "was not ready within 1 s: " + missing);
  CHECK(played.of("server").limit == "ready.within_seconds");
  CHECK(played.of("early").verdict == Verdict::killed);
  CHECK(played.of("red").verdict == Verdict::not_started);
  CHECK(played.of("red").detail == "another seat was not ready");
  CHECK(log_of(plan, "server") == "starting\n");
  CHECK(played.infrastructure_error.empty());
  CHECK(left_on_engine() == 0);
}

TEST_CASE("who ends before he is ready is not ready") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, forever, {{"red", "exit 5"}, {"blue", "true"}});
  std::string who = "red";
  SECTION("a player") {
    plan.game.seats[1].ready = Readiness{.log = "up"};
    plan.game.seats[2].after = {"red"};
  }
  SECTION("who decides, of whom nobody wants to know") {
    plan.game.seats[0].arguments = {"exit 5"};
    plan.game.seats[1] = plan.game.seats[0];
    plan.game.seats[1].name = "red";
    plan.game.seats[1].role = SeatRole::player;
    plan.game.seats[1].arguments = {forever};
    plan.game.seats[2].delay_seconds = 60;
    who = "server";
  }
  plan.grace = milliseconds(200);
  const Played played = play(*open_executor(), plan);
  CHECK(played.of(who).verdict == Verdict::not_ready);
  CHECK(played.of(who).exit_code == 5);
  CHECK(played.of("blue").verdict == Verdict::not_started);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("an image without a health check is refused before the start") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, "true", {{"red", "true"}});
  plan.game.seats[0].ready = Readiness{.health = true};
  const auto prepared = open_executor()->prepare(plan, {});
  REQUIRE(!prepared);
  CHECK(prepared.error().code == ErrorCode::invalid_argument);
  CHECK(prepared.error().message.find("seat server: ready.health: ") == 0);
}

TEST_CASE("a start that waits can be stopped, and leaves nothing") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, forever, {{"red", "true"}});
  plan.game.seats[0].ready = Readiness{.log = "up", .within_seconds = 600};
  const auto executor = open_executor();
  REQUIRE(executor->prepare(plan, {}));
  const auto run = executor->start(plan, Context::within(std::chrono::seconds(2)));
  REQUIRE(!run);
  CHECK(run.error().code == ErrorCode::timeout);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("an engine that is killed while seats wait for each other loses the start") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, forever, {{"red", "true"}});
  plan.game.seats[0].ready = Readiness{.log = "up", .within_seconds = 600};
  const auto executor = open_executor();
  REQUIRE(executor->prepare(plan, {}));
  Result<std::unique_ptr<Run>> run = Error{};
  {
    const std::jthread killer([] {
      while (networks_left() == 0 || containers_left() == 0) std::this_thread::yield();
      shared_docker().order("stop");
    });
    run = executor->start(plan, Context::within(std::chrono::minutes(1)));
  }
  shared_docker().order("start");
  REQUIRE(!run);
  CHECK(run.error().code == ErrorCode::unavailable);
  plan.epoch += 1;
  CHECK(!open_executor()->adopt(plan, Context::within(std::chrono::minutes(1))));
  CHECK(left_on_engine() == 0);
}
