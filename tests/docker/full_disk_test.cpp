// SPDX-License-Identifier: Apache-2.0
// An engine whose disk is full: an error that says so, no slot that hangs, logs that are whole, and the next match
// plays once there is room.
#include "docker/one_slot.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct EngineOfSmallDisk {
  EngineOfSmallDisk() { shared_docker().order("small-disk"); }
  ~EngineOfSmallDisk() { shared_docker().order("large-disk"); }
};

constexpr const char* no_space = "no space left on device";
constexpr const char* fills_the_disk =
    "head -c 100000000 /dev/zero >$MATCHRUNNER_OUTPUT/x || echo \"it is full\"; for i in $(seq 2000); do echo \"line "
    "$i\"; done; ";

std::string its_lines() {
  std::string all = "it is full\n";
  for (int i = 1; i <= 2000; ++i) all += "line " + std::to_string(i) + "\n";
  return all;
}

}  // namespace

TEST_CASE("a pull that the engine's disk has no room for fails the match, and plays when there is room") {
  const EngineOfSmallDisk engine;
  DockerOptions options = docker_options();
  options.registry = shared_docker().registry();
  options.registry_user = "test";
  options.registry_password = "testing";
  const std::string image = options.registry + "/test/large:1";
  const OneSlot slot(options);
  shared_docker().order("fill-disk");
  const Match failed = slot.play(image, "true");
  check_fault(failed, "seat main: image " + image + ": ");
  check_fault(failed, no_space);
  shared_docker().order("free-disk");
  const Match match = slot.play(image, "true");
  INFO((match.outcome ? match.outcome->reason : ""));
  CHECK(match.state == MatchState::finished);
}

TEST_CASE("a match that fills the engine's disk has all of its log, and the next one plays") {
  const EngineOfSmallDisk engine;
  const OneSlot slot(docker_options());
  const std::string id = slot.submit(busybox, std::string(fills_the_disk) + "exit 3");
  const Match filled = slot.wait(id);
  CHECK(filled.state == MatchState::failed);
  REQUIRE(filled.outcome);
  INFO(filled.outcome->reason);
  CHECK(filled.outcome->seats[0].exit_code == 3);
  CHECK(slot.runner().read_log(id, "logs/main.stdout", 0, 1 << 20).value().bytes == its_lines());
  CHECK(slot.play(busybox, "echo there is room >$MATCHRUNNER_OUTPUT/x").state == MatchState::finished);
}

TEST_CASE("a match that finds the engine's disk full fails by the host's fault, and who filled it goes on") {
  const EngineOfSmallDisk engine;
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, std::string(fills_the_disk) + forever);
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  while (log_of(plan, "main") != its_lines()) REQUIRE(run->poll(Context::within(milliseconds(20))));
  const OneSlot slot(docker_options());
  const Match failed = slot.play(busybox, "true");
  check_fault(failed, "seat main: ");
  check_fault(failed, no_space);
  CHECK(!run->poll(Context::within(milliseconds(300))).value());
  REQUIRE(run->stop(milliseconds(0)));
  const Played played = follow(*run);
  CHECK(played.seat.verdict == Verdict::killed);
  CHECK(log_of(plan, "main") == its_lines());
  CHECK(slot.play(busybox, "true").state == MatchState::finished);
}
