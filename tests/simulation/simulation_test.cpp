// SPDX-License-Identifier: Apache-2.0
// Random schedules of a few runners on one store, each in one thread and in no time. MATCHRUNNER_SEED: the first
// schedule (one that broke is played again with its own number); MATCHRUNNER_SIMULATION_SECONDS: for how long, 2 if not
// given.
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
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

// Plays one schedule after another on each processor, until one is broken or the time is over.
class Simulation {
 public:
  explicit Simulation(std::uint32_t first) : first_(first) {}

  void run(std::chrono::seconds time) {
    end_ = Clock::now() + time;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
      threads.emplace_back([this] { play(); });
    for (std::thread& thread : threads) thread.join();
  }

  std::uint32_t schedules() const { return next_; }
  std::map<std::string, std::size_t> happened() {
    const Lock lock(mutex_);
    return happened_;
  }
  std::string broken() {
    const Lock lock(mutex_);
    return broken_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void play() {
    const TemporaryFolder folder;
    bool well = true;
    do {
      const std::uint32_t seed = first_ + next_++;
      const std::string broken = Schedule(seed, folder.path()).play();
      const Lock lock(mutex_);
      if (!broken.empty()) broken_ = "MATCHRUNNER_SEED=" + std::to_string(seed) + ": " + broken;
      well = broken_.empty();
    } while (well && Clock::now() < end_);
    const Lock lock(mutex_);
    for (const auto& [what, times] : Schedule::happened()) happened_[what] += times;
  }

  const std::uint32_t first_;
  Clock::time_point end_;
  std::atomic<std::uint32_t> next_{0};
  Mutex mutex_;
  std::map<std::string, std::size_t> happened_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::string broken_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace

TEST_CASE("whatever happens to runners, each match has one outcome, none is lost, and no slot is used twice") {
  using Clock = std::chrono::steady_clock;
  const std::uint32_t first = from_environment("MATCHRUNNER_SEED", std::random_device{}());
  const auto time = std::chrono::seconds(from_environment("MATCHRUNNER_SIMULATION_SECONDS", 2));
  // Spools in memory, where there is such a folder: this is about decisions.
  if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 0);
  std::cout << "simulation: MATCHRUNNER_SEED=" << first << std::endl;

  const auto begun = Clock::now();
  const std::clock_t cpu_begun = std::clock();
  Simulation simulation(first);
  simulation.run(time);
  if (!simulation.broken().empty()) FAIL(simulation.broken());
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  const double cpu_seconds = static_cast<double>(std::clock() - cpu_begun) / CLOCKS_PER_SEC;
  const std::uint32_t schedules = simulation.schedules();
  std::cout << "simulation: " << schedules << " schedules, " << static_cast<int>(schedules / seconds) << " a second, "
            << static_cast<int>(schedules / cpu_seconds) << " a second of cpu time" << std::endl;
  for (const auto& [what, times] : simulation.happened()) std::cout << "  " << what << ": " << times << "\n";
  SUCCEED();
}
