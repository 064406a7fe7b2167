// SPDX-License-Identifier: Apache-2.0
// Every limit of a container, and the word for it: the same words as in the sandbox.
#include <unistd.h>

#include <csignal>
#include <limits>

#include "adapters/docker/kernel_kills.hpp"
#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

Played play(const std::string& script, const Limits& limits) {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, script);
  plan.game.seats[0].limits = merged(limits, default_limits());
  return matchrunner::test::play(*open_executor(), plan);
}

}  // namespace

TEST_CASE("more memory than allowed") {
  Limits limits;
  limits.memory_bytes = 16 * mebibyte;
  const auto [script, by_itself] = GENERATE(table<const char*, bool>({
      {"exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'", false},
      {"awk 'BEGIN { s = \"x\"; while (1) s = s s }'; exit 0", true},  // only a child dies
  }));
  const Played played = play(script, limits);
  CHECK(played.seat.verdict == Verdict::memory);
  CHECK(played.seat.limit == "memory_bytes");
  CHECK(played.seat.limit_value == 16.0 * mebibyte);
  CHECK(played.seat.exit_code.has_value() == by_itself);
}

TEST_CASE("the kernel's own word for an out-of-memory kill") {
  if (::access("/dev/kmsg", R_OK) != 0) return;  // not for us to read here
  const TemporaryFolder folder;
  const auto [script, is_killed] = GENERATE(table<const char*, bool>({
      {"awk 'BEGIN { s = \"x\"; while (1) s = s s }'; exit 0", true},
      {"kill -9 $$", false},
  }));
  MatchPlan plan = shell_plan(folder, script);
  plan.game.seats[0].limits.memory_bytes = 16 * mebibyte;
  const std::uint64_t killed_before = docker::out_of_memory_kills();
  begin_and_die(plan);
  const std::string container = container_of(plan.match_id, "main");
  wait_for_end(container);
  CHECK(docker::was_killed_out_of_memory(container) == is_killed);
  CHECK((!is_killed || docker::out_of_memory_kills() > killed_before));
  plan.epoch++;
  const auto executor = open_executor();
  const auto run = executor->adopt(plan, {});  // by who was not there when it was killed
  REQUIRE(run);
  CHECK((follow(**run).seat.verdict == Verdict::memory) == is_killed);
}

TEST_CASE("more time than allowed") {
  Limits limits;
  SECTION("of the processor") {
    limits.cpu_seconds = 1;
    const Played played = play("while :; do :; done", limits);
    CHECK(played.seat.verdict == Verdict::timeout);
    CHECK(played.seat.limit == "cpu_seconds");
  }
  SECTION("of the processor, all processes together") {
    limits.cpu_seconds = 2;
    const Played played = play("while :; do (i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done); done", limits);
    CHECK(played.seat.verdict == Verdict::timeout);
    CHECK(played.seat.limit == "cpu_seconds");
    CHECK(played.seat.cpu_seconds > 2);
  }
  SECTION("of the clock") {
    limits.wall_seconds = 0.5;
    const Played played = play("while :; do sleep 100; done", limits);
    CHECK(played.seat.verdict == Verdict::timeout);
    CHECK(played.seat.limit == "wall_seconds");
    CHECK(played.seat.signal == SIGKILL);
  }
}

TEST_CASE("more processes than allowed") {
  Limits limits;
  limits.processes = 8;
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "for i in $(seq 20); do sleep 3 & echo $i; done");
  plan.game.seats[0].limits = merged(limits, default_limits());
  const Played played = matchrunner::test::play(*open_executor(), plan);
  CHECK(played.seat.verdict == Verdict::exited);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stderr").find("can't fork") != std::string::npos);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stdout").ends_with("\n7\n"));  // and the shell itself
}

TEST_CASE("more output than allowed") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "yes | head -c 3000000; sleep 100");
  Seat& seat = plan.game.seats[0];
  seat.limits.output_bytes = mebibyte;
  const auto executor = open_executor();
  SECTION("is the end, where that is wanted") {
    seat.on_output_limit = OnOutputLimit::kill;
    const Played played = play(*executor, plan);
    CHECK(played.seat.verdict == Verdict::output_limit);
    CHECK(played.seat.limit == "output_bytes");
  }
  SECTION("is cut otherwise") {
    seat.arguments = {"yes | head -c 3000000"};
    const Played played = play(*executor, plan);
    CHECK(played.seat.verdict == Verdict::ok);
    CHECK(played.seat.truncated);
    CHECK(played.seat.output_bytes == 3'000'000);
  }
  CHECK(std::filesystem::file_size(plan.spool_folder + "/logs/main.stdout") == mebibyte);
}

TEST_CASE("every byte of a long output is kept, in order") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "seq 1000000 >&2 & seq 1000000; wait");
  const Played played = play(*open_executor(), plan);
  CHECK(played.seat.verdict == Verdict::ok);
  std::string wanted;
  for (int i = 1; i <= 1'000'000; ++i) wanted += std::to_string(i) + "\n";
  for (const char* stream : {"/logs/main.stdout", "/logs/main.stderr"})
    CHECK(read_bytes(plan.spool_folder + stream) == wanted);
}

TEST_CASE("a seat has all the arguments that a kernel can give it, and is refused with more") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "echo ${#1} ${#9}");
  std::vector<std::string>& arguments = plan.game.seats[0].arguments;
  arguments.emplace_back("sh");
  arguments.insert(arguments.end(), 9, std::string(100'000, 'x'));
  const auto executor = open_executor();
  CHECK(play(*executor, plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "100000 100000\n");
  arguments.insert(arguments.end(), 2, std::string(100'000, 'x'));
  const auto refused = executor->prepare(plan, Context::within(std::chrono::minutes(2)));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message.find("arguments, environment, settings: expected at most 1048576 bytes") !=
        std::string::npos);
}

TEST_CASE("memory in which the engine starts no container is refused by name") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  const auto executor = open_executor();
  plan.game.seats[0].limits.memory_bytes = 6U << 20U;
  CHECK(executor->prepare(plan, Context::within(std::chrono::minutes(2))));
  plan.game.seats[0].limits.memory_bytes = (6U << 20U) - 1;
  CHECK(executor->prepare(plan, Context::within(std::chrono::minutes(2))).error().message ==
        "seat main: limits.memory_bytes: expected at least 6291456 for a container, found 6291455");
}

TEST_CASE("open files are limited") {
  Limits limits;
  limits.open_files = 20;
  const Played played = play("test $(ulimit -n) = 20", limits);
  CHECK(played.seat.verdict == Verdict::ok);
}

TEST_CASE("who ignores SIGTERM is killed after the grace") {
  const TemporaryFolder folder;
  const MatchPlan plan = shell_plan(folder, "trap 'echo asked' TERM; echo ready; while :; do sleep 1; done");
  const auto executor = open_executor();
  const auto run = start(*executor, plan);
  while (read_bytes(plan.spool_folder + "/logs/main.stdout").empty())
    REQUIRE(run->poll(Context::within(milliseconds(20))));
  REQUIRE(run->stop(std::chrono::seconds(3)));
  const Played played = follow(*run);
  CHECK(played.seat.verdict == Verdict::killed);
  CHECK(played.seat.signal == SIGKILL);
  CHECK(read_bytes(plan.spool_folder + "/logs/main.stdout") == "ready\nasked\n");
}
