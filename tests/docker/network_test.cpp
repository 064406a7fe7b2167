// SPDX-License-Identifier: Apache-2.0
// Matches of several containers on a network of their own.
#include "adapters/docker/engine.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Serves one line to so many clients, and ends.
std::string serve(int clients) {
  return "for i in $(seq " + std::to_string(clients) + "); do echo hello | nc -l -p 6000; done";
}

// What a client of the server at `host` gets.
std::string fetch(const std::string& host) {
  return "until nc " + host +
         " 6000 </dev/null >/tmp/got 2>/dev/null && test -s /tmp/got; do sleep 0.1; done; "
         "cat /tmp/got; " +
         forever;
}

}  // namespace

TEST_CASE("players reach the server by its address and by its name; its end is the end of all") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, serve(2), {{"red", fetch("$ip")}, {"blue", fetch("server")}});
  plan.game.seats[0].ready = Readiness{.port = 6000};
  plan.game.seats[1].addresses = {{"ip", "server"}};
  plan.game.seats[2].after = {"server"};
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  const auto endpoints = run->endpoints();
  const Played played = follow(*run);
  REQUIRE(endpoints.size() == 3);
  CHECK(endpoints[0].seat == "server");
  CHECK(endpoints[0].port == 6000);
  CHECK(endpoints[0].host.find('.') != std::string::npos);
  CHECK(endpoints[1].host != endpoints[0].host);
  CHECK(played.infrastructure_error.empty());
  CHECK(played.of("server").verdict == Verdict::ok);
  for (const char* seat : {"red", "blue"}) {
    CAPTURE(seat);
    CHECK(log_of(plan, seat) == "hello\n");
    CHECK(played.of(seat).verdict == Verdict::ok);
  }
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a server that ends badly takes the players with it") {
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(folder, "exit 3", {{"red", forever}});
  const Played played = play(*open_executor(), plan);
  CHECK(played.of("server").verdict == Verdict::exited);
  CHECK(played.of("server").exit_code == 3);
  CHECK(played.of("red").verdict == Verdict::killed);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a player that exits at once leaves the others to play on") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, serve(1), {{"red", "exit 4"}, {"blue", fetch("server")}});
  plan.game.seats[2].after = {"red", "server"};
  const Played played = play(*open_executor(), plan);
  CHECK(played.of("red").exit_code == 4);
  CHECK(log_of(plan, "blue") == "hello\n");
  CHECK(played.of("server").verdict == Verdict::ok);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("nothing else is on the network, and nothing leaves it unless a seat asks") {
  const TemporaryFolder folder;
  // Whoever is there refuses; where nobody is, nothing answers.
  const std::string gateway = "nc -w 1 $(ip route | awk '/^default/ { print $3 }') 1 </dev/null";
  // The server ends when both have tried, however long that takes.
  const std::string done = "; " + fetch("server");
  MatchPlan plan = network_plan(folder, serve(2), {{"inner", gateway}, {"outer", gateway + done}});
  plan.game.seats[2].network = true;
  MatchPlan other = network_plan(folder, serve(1), {{"red", fetch("server")}});
  const auto executor = open_executor();
  const auto another = start(*executor, other);
  plan.game.seats[1].arguments = {gateway + "; nc -w 1 " + another->endpoints()[0].host + " 6000 </dev/null" + done};
  const Played played = play(*executor, plan);
  CHECK(played.of("server").verdict == Verdict::ok);
  CHECK(log_of(plan, "inner", "stderr") == "nc: timed out\nnc: timed out\n");
  CHECK(log_of(plan, "inner") == "hello\n");  // of its own server
  CHECK(log_of(plan, "outer", "stderr").find("refused") != std::string::npos);
  const Played theirs_played = follow(*another);
  CHECK(theirs_played.of("server").verdict == Verdict::ok);
  CHECK(log_of(other, "red") == "hello\n");
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a match waits for an engine's addresses, and keeps none while it does") {
  auto engine = docker::Engine::connect(docker::read_address(docker_options()).value(), {}).value();
  std::vector<std::string> taken;
  while (taken.size() < 1000) {
    const std::string body = R"({"Name": "taken)" + std::to_string(taken.size()) + R"(", "Driver": "bridge"})";
    const auto made = engine.call(engine.json_request("POST", "/networks/create", body), "one more", {});
    if (!made) break;
    taken.push_back("/networks/taken" + std::to_string(taken.size()));
  }
  REQUIRE(taken.size() > 2);
  const auto give_back = [&] {
    ask_engine("DELETE", taken.back());
    taken.pop_back();
  };
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, "true", {{"red", "true"}});
  plan.game.seats[1].network = true;  // two networks
  const auto executor = open_executor();
  REQUIRE(executor->prepare(plan, {}));
  for (int free = 0; free < 2; ++free) {
    const auto run = executor->start(plan, Context::within(std::chrono::seconds(5)));
    REQUIRE(!run);
    CHECK(run.error().code == ErrorCode::resource_exhausted);
    CHECK(run.error().message.find("network: expected fewer matches at once, or more default-address-pools") == 0);
    CHECK(left_on_engine() == 0);
    give_back();
  }
  const auto run = executor->start(plan, {});
  REQUIRE(run);
  CHECK(follow(**run).of("server").verdict == Verdict::ok);
  while (!taken.empty()) give_back();
}

TEST_CASE("the events and the result of a match are those of its server") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder,
                                "echo '{\"type\": \"goal\"}' >&2; echo '{\"scores\": {}}' >$MATCHRUNNER_RESULT; "
                                "echo $MATCHRUNNER_SEATS",
                                {{"red", "echo '{\"type\": \"own_goal\"}' >&2"}});
  const Played played = play(*open_executor(), plan);
  std::string lines;
  for (const RunReport& report : played.reports)
    if (report.kind == RunReport::Kind::line) lines += report.text;
  CHECK(lines == "{\"type\": \"goal\"}");
  CHECK(log_of(plan, "red", "stderr") == "{\"type\": \"own_goal\"}\n");
  CHECK(log_of(plan, "server") == R"([{"host":"red","name":"red","role":"player"}])"
                                  "\n");
  CHECK(std::filesystem::exists(plan.spool_folder + "/result.json"));
}

TEST_CASE("a seat is tied to its cores, and to none that the host does not have") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "awk '/^Cpus_allowed_list/ { print $2 }' /proc/self/status");
  plan.game.seats[0].cores = {0, 0};
  CHECK(play(*open_executor(), plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "0\n");
  plan.game.seats[0].cores = {0, 999};
  const auto prepared = open_executor()->prepare(plan, {});
  REQUIRE(!prepared);
  CHECK(prepared.error().code == ErrorCode::invalid_argument);
  CHECK(prepared.error().message.find("seat main: cores: expected first and last of 0 to ") == 0);
}

TEST_CASE("a match that is stopped ends every seat") {
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(folder, "trap '' TERM; " + std::string(forever),
                                      {{"red", forever}, {"blue", "trap 'exit 0' TERM; " + std::string(forever)}});
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  REQUIRE(run->stop(milliseconds(500)));
  const Played played = follow(*run);
  for (const char* seat : {"server", "red", "blue"}) CHECK(played.of(seat).verdict == Verdict::killed);
  CHECK(played.of("server").signal == 9);
  CHECK(left_on_engine() == 0);
}

TEST_CASE("pipes between containers are refused by name") {
  const TemporaryFolder folder;
  MatchPlan plan = network_plan(folder, "true", {{"red", "true"}});
  plan.game.wiring = Wiring::stdio;
  const auto prepared = open_executor()->prepare(plan, {});
  REQUIRE(!prepared);
  CHECK(prepared.error().code == ErrorCode::unsupported);
  CHECK(prepared.error().message.find("wiring: ") == 0);
}
