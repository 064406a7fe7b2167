// SPDX-License-Identifier: Apache-2.0
// Random schedules of a few runners on one store, in one thread and in no time. MATCHRUNNER_SEED: the first schedule
// (one that broke is played again with its own number); MATCHRUNNER_SIMULATION_SECONDS: for how long, 2 if not given.
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <random>

#include "catch.hpp"
#include "runtime/scripted.hpp"
#include "simulation/schedule.hpp"

using namespace matchrunner;
using namespace matchrunner::simulation;

namespace {

std::uint32_t from_environment(const char* name, std::uint32_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

}  // namespace

TEST_CASE("whatever happens to runners, each match has one outcome, none is lost, and no slot is used twice") {
  using Clock = std::chrono::steady_clock;
  const std::uint32_t first = from_environment("MATCHRUNNER_SEED", std::random_device{}());
  const auto time = std::chrono::seconds(from_environment("MATCHRUNNER_SIMULATION_SECONDS", 2));
  // Spools in memory, where there is such a folder: this is about decisions.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  const TemporaryFolder folder;
  std::cout << "simulation: MATCHRUNNER_SEED=" << first << std::endl;

  const auto begun = Clock::now();
  const std::clock_t cpu_begun = std::clock();
  std::uint32_t schedules = 0;
  for (; schedules == 0 || Clock::now() - begun < time; ++schedules) {
    const std::string broken = Schedule(first + schedules, folder.path()).play();
    if (!broken.empty()) FAIL("MATCHRUNNER_SEED=" << first + schedules << ": " << broken);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const double cpu_seconds = static_cast<double>(std::clock() - cpu_begun) / CLOCKS_PER_SEC;
  std::cout << "simulation: " << schedules << " schedules, " << static_cast<int>(schedules / seconds) << " a second, "
            << static_cast<int>(schedules / cpu_seconds) << " a second of cpu time" << std::endl;
  for (const auto& [what, times] : Schedule::happened()) std::cout << "  " << what << ": " << times << "\n";
  SUCCEED();
}
