// SPDX-License-Identifier: Apache-2.0
// A container that prints more than anybody reads at once: every byte comes, and none of it waits in memory.
#include <fstream>

#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

std::uint64_t most_memory_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kib = 0;
  while (status >> word)
    if (word == "VmHWM:") status >> kib;
  return kib;
}

}  // namespace

TEST_CASE("a log of 200 MB comes whole, and through little memory") {
  const TemporaryFolder folder;
  constexpr std::uint64_t line = 80, lines = 2'500'000;
  MatchPlan plan = shell_plan(folder, "yes $(head -c 79 /dev/zero | tr '\\0' x) | head -n " + std::to_string(lines));
  plan.game.seats[0].limits.output_bytes = line * lines;
  const auto executor = open_executor();
  const std::uint64_t before = most_memory_kib();
  const Played played = play(*executor, plan);
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK_FALSE(played.seat.truncated);
  CHECK(most_memory_kib() - before < 100 * 1024);
  std::ifstream log(plan.spool_folder + "/logs/main.stdout");
  std::uint64_t whole = 0;
  for (std::string text; std::getline(log, text);) whole += text == std::string(line - 1, 'x') ? 1 : 0;
  CHECK(whole == lines);
}
