// SPDX-License-Identifier: Apache-2.0
// An engine that is not there, goes away, or holds still: an error that says so, and never a slot that hangs.
#include <filesystem>

#include "docker/docker_match.hpp"
#include "docker/faulty_line.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct EngineAway {
  EngineAway() { shared_docker().order("stop"); }
  ~EngineAway() { shared_docker().order("start"); }
};

}  // namespace

TEST_CASE("no engine at its address is unavailable, and the message says where") {
  DockerOptions options = docker_options();
  options.host = GENERATE("unix:///no/such/socket", "tcp://127.0.0.1:1");
  const auto made = make_docker_executor(options);
  REQUIRE(!made);
  CHECK(made.error().code == ErrorCode::unavailable);
  CHECK(made.error().message.find("no engine at " + options.host) != std::string::npos);
}

TEST_CASE("an engine that is killed loses its runs; the match runs again when it is back") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "echo hello; while :; do sleep 1; done");
  auto executor = open_executor();
  auto run = start(*executor, plan);
  while (read_bytes(plan.spool_folder + "/logs/main.stdout").empty())
    REQUIRE(run->poll(Context::within(milliseconds(20))));
  {
    const EngineAway away;
    const Played played = follow(*run);
    CHECK(played.lost.find("seat main") != std::string::npos);
    CHECK(played.seat.verdict == Verdict::killed);
    const auto prepared = executor->prepare(plan, Context::within(std::chrono::seconds(20)));
    REQUIRE(!prepared);
    CHECK(prepared.error().code == ErrorCode::unavailable);
  }
  run.reset();
  executor = open_executor();
  plan.epoch += 1;
  plan.game.seats[0].arguments = {"echo again"};
  CHECK(!executor->adopt(plan, {}));
  CHECK(play(*executor, plan).seat.verdict == Verdict::ok);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stdout") == "again\n");
  executor.reset();  // which waits for what it removes, once its runs are gone
  CHECK(containers_left() == 0);
}

TEST_CASE("an engine that holds still ends nothing but the caller's patience") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "sleep 1; echo done");
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  shared_docker().order("pause");
  CHECK(!run->poll(Context::within(milliseconds(300))).value());
  shared_docker().order("resume");
  CHECK(follow(*run).seat.verdict == Verdict::ok);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stdout") == "done\n");
}

TEST_CASE("an engine is not taken for silent by who did not listen, as he fetched for long what a seat had left") {
  const TemporaryFolder folder;
  FaultyLine line(shared_docker().host().substr(std::string("unix://").size()));
  DockerOptions options = docker_options();
  options.host = "tcp://" + line.address();
  const auto executor = open_executor(options);
  const MatchPlan plan = network_plan(
      folder, "while [ ! -e /tmp/go ]; do sleep 0.1; done; head -c 250000 /dev/zero >$MATCHRUNNER_OUTPUT/large",
      {{"red", forever}});
  const auto run = start(*executor, plan);
  line.slow("GET /", std::chrono::seconds(4));
  while (!line.has_struck()) REQUIRE(!run->poll(Context::within(milliseconds(20))).value());
  run_inside(container_of(plan.match_id, "server"), ": >/tmp/go");  // while looks at both are under way
  const Played played = follow(*run);
  CHECK(played.lost.empty());
  CHECK(played.infrastructure_error.empty());
  CHECK(played.of("server").verdict == Verdict::ok);
  CHECK(std::filesystem::file_size(plan.spool_folder + "/output/large") == 250000);
}

TEST_CASE("an engine that no longer removes what has ended takes nothing from the match") {
  {
    const TemporaryFolder folder;
    const MatchPlan plan = network_plan(folder, "echo over", {{"red", forever}});
    FaultyLine line(shared_docker().host().substr(std::string("unix://").size()));
    DockerOptions options = docker_options();
    options.host = "tcp://" + line.address();
    const auto executor = open_executor(options);
    const auto run = start(*executor, plan);
    line.refuse("DELETE /");
    const Played played = follow(*run);
    CHECK(line.has_struck());
    CHECK(played.lost.empty());
    CHECK(played.infrastructure_error.empty());
    CHECK(played.of("server").verdict == Verdict::ok);
    CHECK(log_of(plan, "server") == "over\n");
    CHECK(containers_left() == 2);
    line.mend();
  }
  const TemporaryFolder folder;
  auto next = open_executor();
  CHECK(play(*next, shell_plan(folder, "true")).seat.verdict == Verdict::ok);
  next.reset();  // which waits for what it removes
  CHECK(left_on_engine() == 0);
}
