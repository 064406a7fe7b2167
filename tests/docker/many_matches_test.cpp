// SPDX-License-Identifier: Apache-2.0
// A runner whose matches are containers on networks: many at once, and a stop in each state.
#include <algorithm>
#include <thread>

#include "docker/docker_match.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/runner.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct Field {
  TemporaryFolder spool;
  std::shared_ptr<StateStore> store = make_memory_store();

  std::unique_ptr<Runner> open(std::uint32_t slots) const {
    RunnerOptions options;
    options.store = store;
    options.artifacts = make_memory_artifacts();
    options.executor = [] { return make_docker_executor(docker_options()); };
    options.slots = slots;
    options.spool_folder = spool.path();
    return Runner::open(options).value();
  }
};

Seat container_seat(const std::string& name, SeatRole role, const std::string& script) {
  Seat seat;
  seat.name = name;
  seat.role = role;
  seat.image = busybox;
  seat.arguments = {script};
  return seat;
}

MatchRequest kick_off(const std::string& server, const std::string& player) {
  MatchRequest request;
  Game& game = request.inline_game.emplace();
  game.name = "soccer";
  game.wiring = Wiring::network;
  game.grace_seconds = 0.2;
  game.seats = {container_seat("server", SeatRole::server, server), container_seat("red", SeatRole::player, player)};
  game.seats[1].count = 2;
  game.seats[1].index_variable = "number";
  game.seats[1].addresses = {{"ip", "server"}};
  return request;
}

Context long_time() { return Context::within(std::chrono::minutes(5)); }

void reach(Runner& runner, const std::string& id, MatchState state) {
  while (runner.get_match(id).value().state != state) std::this_thread::sleep_for(milliseconds(5));
}

}  // namespace

TEST_CASE("twenty matches on four slots, each with a network of its own") {
  const Field field;
  const auto runner = field.open(4);
  std::vector<std::string> ids;
  // Every server has the same name and port.
  MatchRequest request =
      kick_off("for i in 1 2; do nc -l -p 6000; done", "until echo $number | nc $ip 6000; do sleep 0.1; done");
  request.inline_game->seats[0].ready.emplace();
  request.inline_game->seats[0].ready->port = std::uint16_t{6000};
  request.inline_game->seats[1].delay_seconds = 0.1;
  for (int i = 0; i < 20; ++i) ids.push_back(runner->submit_match(request).value().id);
  for (const std::string& id : ids) {
    const Match match = runner->wait_match(id, long_time()).value();
    CAPTURE(id, match.outcome->summary);
    CHECK(match.outcome->result == MatchResult::completed);
    CHECK(match.outcome->fault == Fault::none);
    REQUIRE(match.outcome->seats.size() == 3);
    CHECK(match.outcome->seats[2].name == "red_1");
    CHECK(match.endpoints[0].port == 6000);
  }
  CHECK(containers_left() == 0);
  CHECK(networks_left() == 0);
  CHECK(volumes_left() == 0);
}

TEST_CASE("a match on a network is stopped while its seats wait for each other, and while they run") {
  const Field field;
  const auto runner = field.open(1);
  MatchRequest request = kick_off(forever, forever);
  MatchState when = MatchState::running;
  SECTION("while they wait") {
    request.inline_game->seats[0].ready.emplace();
    request.inline_game->seats[0].ready->log = "up";
    request.inline_game->seats[0].ready->within_seconds = 600;
    when = MatchState::starting;
  }
  SECTION("while they run") {}
  const std::string id = runner->submit_match(request).value().id;
  reach(*runner, id, when);
  if (when == MatchState::starting)
    while (containers_left() == 0) std::this_thread::sleep_for(milliseconds(5));
  REQUIRE(runner->stop_match(id, "rained off"));
  const Match match = runner->wait_match(id, long_time()).value();
  CHECK(match.outcome->result == MatchResult::stopped);
  CHECK(match.outcome->reason == "rained off");
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a server that is not ready fails its match, whose logs are kept") {
  const Field field;
  const auto runner = field.open(1);
  MatchRequest request = kick_off("echo starting; " + std::string(forever), "true");
  request.inline_game->seats[0].ready.emplace();
  request.inline_game->seats[0].ready->log = "up";
  request.inline_game->seats[0].ready->within_seconds = 0.5;
  const Match match = runner->wait_match(runner->submit_match(request).value().id, long_time()).value();
  CHECK(match.outcome->result == MatchResult::failed);
  CHECK(match.outcome->fault == Fault::referee);
  CHECK(match.outcome->reason == "server: not_ready, was not ready within 0.5 s: its log has no 'up'");
  CHECK(match.outcome->seats[1].verdict == Verdict::not_started);
  CHECK(match.outcome->seats[1].fault == Fault::none);
  CHECK(std::any_of(match.artifacts.begin(), match.artifacts.end(), [](const Artifact& artifact) {
    return artifact.name == "logs/server.stdout" && artifact.bytes > 0;
  }));
  CHECK(left_on_engine() == 0);
}
