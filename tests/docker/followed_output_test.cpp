// SPDX-License-Identifier: Apache-2.0
// What a seat leaves in its output folder is in the spool while it goes on, where that is asked for.
#include <filesystem>

#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Writes, and when it is asked to end writes more.
constexpr const char* recorder =
    "cd $MATCHRUNNER_OUTPUT; echo '{\"scores\": {}}' > $MATCHRUNNER_RESULT; mkdir deep; echo for now > deep/draft; "
    "echo one > game.rcg; trap 'echo two >> game.rcg; rm -r deep; exit 0' TERM; while :; do sleep 0.1; done";

MatchPlan recorded_plan(const TemporaryFolder& folder, const std::string& script = recorder) {
  MatchPlan plan = shell_plan(folder, script);
  plan.follow_output = true;
  return plan;
}

bool is_there(const MatchPlan& plan, const std::string& name) {
  return std::filesystem::exists(plan.spool_folder + "/" + name);
}

// Runs it until that is in the spool.
void wait_for_output(Run& run, const MatchPlan& plan, const std::string& name, const std::string& content) {
  const Context patience = Context::within(std::chrono::minutes(4));
  while (!is_there(plan, name) || read_bytes(plan.spool_folder + "/" + name) != content) {
    REQUIRE(patience.check());
    const auto report = run.poll(Context::within(milliseconds(100)));
    REQUIRE(report);
    REQUIRE(!*report);
  }
}

void wait_for_recorder(Run& run, const MatchPlan& plan) {
  wait_for_output(run, plan, "output/game.rcg", "one\n");
  wait_for_output(run, plan, "output/deep/draft", "for now\n");
}

void check_the_end(Run& run, const MatchPlan& plan) {
  CHECK(!is_there(plan, "result.json"));
  REQUIRE(run.stop(std::chrono::seconds(30)));
  const Played played = follow(run);
  CHECK(played.lost.empty());
  CHECK(played.infrastructure_error.empty());
  CHECK(read_bytes(plan.spool_folder + "/output/game.rcg") == "one\ntwo\n");
  CHECK(!is_there(plan, "output/deep"));
  CHECK(is_there(plan, "result.json"));
}

}  // namespace

TEST_CASE("what grows is there by and by, what is there in the end is what was left, and a result is one at the end") {
  const TemporaryFolder folder;
  const MatchPlan plan = recorded_plan(folder);
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  wait_for_recorder(*run, plan);
  check_the_end(*run, plan);
}

TEST_CASE("who adopts a run goes on with that") {
  const TemporaryFolder folder;
  MatchPlan plan = recorded_plan(folder);
  begin_and_die(plan);
  ++plan.epoch;
  const auto executor = open_executor();
  const auto run = executor->adopt(plan, {});
  REQUIRE(run);
  wait_for_recorder(**run, plan);
  check_the_end(**run, plan);
}

TEST_CASE("a seat is stopped while much of what it has left is on its way, and all of it is kept") {
  const TemporaryFolder folder;
  const MatchPlan plan = recorded_plan(
      folder, "cd $MATCHRUNNER_OUTPUT; dd if=/dev/zero of=large bs=1M count=30 2>/dev/null; echo > done; " +
                  std::string("exec sleep 3600"));
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  wait_for_output(*run, plan, "output/done", "\n");
  // It is packed again and again: somewhere in that.
  [[maybe_unused]] const auto report = run->poll(Context::within(milliseconds(2100)));
  REQUIRE(run->stop(milliseconds(0)));
  const Played played = follow(*run);
  CHECK(played.lost.empty());
  CHECK(played.seat.verdict == Verdict::killed);
  CHECK(std::filesystem::file_size(plan.spool_folder + "/output/large") == 30U << 20U);
  CHECK(containers_left() <= 1);
}

TEST_CASE("an engine that stands still while it is asked for output holds nothing up") {
  const TemporaryFolder folder;
  const MatchPlan plan = recorded_plan(folder);
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  wait_for_recorder(*run, plan);
  shared_docker().order("pause");
  const auto while_it_stands = run->poll(Context::within(milliseconds(5000)));
  shared_docker().order("resume");
  REQUIRE(while_it_stands);
  CHECK(!*while_it_stands);
  check_the_end(*run, plan);
}
