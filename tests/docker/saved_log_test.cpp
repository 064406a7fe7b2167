// SPDX-License-Identifier: Apache-2.0
// No container is removed before what it printed is in the spool, also where its run is lost, comes to nothing as it
// starts, or cannot be gone on with.
#include <algorithm>
#include <thread>

#include "adapters/docker/earlier_run.hpp"
#include "docker/docker_match.hpp"
#include "docker/faulty_line.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct FaultyEngine {
  FaultyEngine() { options.host = "tcp://" + line.address(); }
  FaultyLine line{shared_docker().host().substr(std::string("unix://").size())};
  DockerOptions options = docker_options();
};

std::string counted_to(int last) {
  std::string lines;
  for (int i = 1; i <= last; ++i) lines += std::to_string(i) + "\n";
  return lines;
}

// Of a server that waits to be ready, for a player that comes after it.
MatchPlan plan_of_two(const TemporaryFolder& folder, const std::string& server, const std::string& ready) {
  MatchPlan plan = network_plan(folder, server, {{"player", forever}});
  plan.game.seats[0].ready.emplace().log = ready;
  plan.game.seats[0].ready->within_seconds = 600;
  plan.game.seats[1].after = {"server"};
  return plan;
}

void wait_for_log(const MatchPlan& plan, const std::string& seat, const std::string& text) {
  while (log_of(plan, seat) != text) std::this_thread::sleep_for(milliseconds(20));
}

// As an operator might.
void end_by_hand(const std::string& container) {
  ask_engine("POST", "/containers/" + container + "/kill");
  wait_for_end(container);
}

MatchPlan next(MatchPlan plan) {
  plan.epoch += 1;
  return plan;
}

}  // namespace

TEST_CASE("a stream of output that is cut off costs no byte, whether its program goes on or ends") {
  const bool goes_on = GENERATE(true, false);
  FaultyEngine engine;
  const TemporaryFolder folder;
  const std::string score = R"(echo '{"type": "score", "by": "main"}' >&2; )";
  const std::string gate = "until test -e /tmp/go; do sleep 0.1; done; ";
  const MatchPlan plan =
      shell_plan(folder, score + "seq 1 2000; " + score + (goes_on ? gate : "") + "echo last; echo problem >&2");
  engine.line.cut("/attach?", 3000);
  const auto executor = open_executor(engine.options);
  const auto run = start(*executor, plan);
  std::thread opener([&] {
    engine.line.wait_until_struck();
    if (goes_on) run_inside(container_of(plan.match_id, "main"), "touch /tmp/go");
  });
  const Played played = follow(*run);
  opener.join();
  CHECK(played.lost.empty());
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == counted_to(2000) + "last\n");
  CHECK(log_of(plan, "main", "stderr") == "problem\n");
  CHECK(std::count_if(played.reports.begin(), played.reports.end(),
                      [](const RunReport& report) { return report.kind == RunReport::Kind::line; }) == 2);
}

TEST_CASE("a run that is lost has its log whole all the same, as far as the engine has it") {
  FaultyEngine engine;
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, std::string("seq 1 2000; echo problem >&2; touch /tmp/told; ") + forever);
  engine.line.slow("/attach?", std::chrono::seconds(3));  // so that it has not come yet
  const auto executor = open_executor(engine.options);
  const auto run = start(*executor, plan);
  run_inside(container_of(plan.match_id, "main"), "until test -e /tmp/told; do sleep 0.1; done");
  engine.line.cut("/stats?", 0);
  const Played played = follow(*run);
  CHECK(played.lost.find("seat main: the connection to tcp://") == 0);
  CHECK(log_of(plan, "main") == counted_to(2000));
  CHECK(log_of(plan, "main", "stderr") == "problem\n");
  CHECK(containers_left() == 0);
}

TEST_CASE("a start that comes to nothing keeps what those have printed that had begun") {
  FaultyEngine engine;
  const TemporaryFolder folder;
  const MatchPlan plan = plan_of_two(folder, std::string("seq 1 1000; echo open; ") + forever, "open");
  engine.line.refuse(".player/start");
  const auto executor = open_executor(engine.options);
  REQUIRE(executor->prepare(plan, {}));
  CHECK(!executor->start(plan, {}));
  CHECK(engine.line.has_struck());
  CHECK(log_of(plan, "server") == counted_to(1000) + "open\n");
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a start that is given up keeps what those have printed that had begun") {
  const TemporaryFolder folder;
  const MatchPlan plan = plan_of_two(folder, std::string("seq 1 1000; ") + forever, "never said");
  const auto executor = open_executor();
  REQUIRE(executor->prepare(plan, {}));
  std::stop_source stop;
  std::thread stopper([&] {
    wait_for_log(plan, "server", counted_to(1000));
    stop.request_stop();
  });
  const auto started = executor->start(plan, {Context::Clock::time_point::max(), stop.get_token()});
  stopper.join();
  REQUIRE(!started);
  CHECK(started.error().code == ErrorCode::cancelled);
  CHECK(log_of(plan, "server") == counted_to(1000));
  CHECK(left_on_engine() == 0);
}

TEST_CASE("a run that cannot be gone on with keeps what it printed while nobody watched") {
  const TemporaryFolder folder;
  const MatchPlan plan =
      shell_plan(folder, std::string("echo watched; until test -e /tmp/go; do sleep 0.1; done; seq 1 1000; ") +
                             "touch /tmp/told; " + forever);
  begin_and_die(plan);
  const std::string container = container_of(plan.match_id, "main");
  run_inside(container, "touch /tmp/go; until test -e /tmp/told; do sleep 0.1; done");
  end_by_hand(container);
  const auto adopted = open_executor()->adopt(next(plan), {});
  REQUIRE(!adopted);
  CHECK(adopted.error().code == ErrorCode::not_found);
  CHECK(log_of(plan, "main") == "watched\n" + counted_to(1000));
  CHECK(containers_left() == 0);
}

TEST_CASE("who adopts a run in vain saves its logs, but not past its lease: by then they may be another's") {
  const bool is_over = GENERATE(false, true);
  FaultyEngine engine;
  const TemporaryFolder folder;
  const MatchPlan plan = network_plan(
      folder, std::string("until test -e /tmp/go; do sleep 0.1; done; seq 1 1000; touch /tmp/told; ") + forever,
      {{"red", forever}});
  begin_and_die(plan);
  run_inside(container_of(plan.match_id, "server"), "touch /tmp/go; until test -e /tmp/told; do sleep 0.1; done");
  docker::note_ended_by(plan, "red", EndedBy::cpu_limit);  // so that it is killed as it is adopted
  engine.line.refuse(".red/kill?");
  MatchPlan heir = next(plan);
  if (is_over) heir.lease_deadline = BootClock::now();
  CHECK(!open_executor(engine.options)->adopt(heir, {}));
  CHECK(engine.line.has_struck());
  CHECK(log_of(plan, "server") == (is_over ? "" : counted_to(1000)));
  CHECK(left_on_engine() == 0);
}

TEST_CASE("of what an engine has thrown away a part the beginning is kept that had come") {
  const TemporaryFolder folder;
  const std::string line(1000, 'x');
  MatchPlan plan = shell_plan(folder, "echo first; until test -e /tmp/go; do sleep 0.1; done; yes " + line +
                                          " | head -c 60000000; touch /tmp/told; " + forever);
  plan.game.seats[0].limits.output_bytes = 100;
  begin_and_die(plan);
  const std::string container = container_of(plan.match_id, "main");
  run_inside(container, "touch /tmp/go; until test -e /tmp/told; do sleep 0.1; done");
  end_by_hand(container);
  const std::string before = log_of(plan, "main");
  CHECK(!open_executor()->adopt(next(plan), {}));
  CHECK(log_of(plan, "main") == before);
  CHECK((before.empty() || before == "first\n"));
}
