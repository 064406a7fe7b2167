// SPDX-License-Identifier: Apache-2.0
// fleet_soak: rounds (round.hpp) until the time is over, each on a new store and with the next seed. Shows how it goes
// every ten seconds, ends with a table of counts; 1 when something was violated, and the folder of that round is kept.
#include <cstdio>
#include <filesystem>

#include "faults/soak_options.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds progress_every{10};

long seconds_since(Clock::time_point start) {
  return static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - start).count());
}

class Progress {
 public:
  explicit Progress(const Tally& tally) : tally_(tally) {}

  void show() {
    if (Clock::now() < next_) return;
    next_ = Clock::now() + progress_every;
    std::string line = std::to_string(seconds_since(start_)) + " s";
    for (const auto& [name, count] : tally_.counts)
      if (name.find("played") != std::string::npos || name.find("killed") != std::string::npos ||
          name.find("stopped") != std::string::npos)
        line += ", " + std::to_string(count) + " " + name;
    std::printf("%s, %zu violations\n", line.c_str(), tally_.violations.size());
    std::fflush(stdout);
  }
  long seconds() const { return seconds_since(start_); }

 private:
  const Tally& tally_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = start_ + progress_every;
};

// Plays one round in a folder of its own; what it found is told at once.
void play(RoundOptions round, Tally& tally) {
  std::string folder = (std::filesystem::temp_directory_path() / "matchrunner-soak-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make " + folder);
  round.folder = folder;
  const std::size_t before = tally.violations.size();
  Round(round, tally).play();
  for (std::size_t i = before; i < tally.violations.size(); ++i)
    std::printf("VIOLATION: %s\n", tally.violations[i].c_str());
  if (tally.violations.size() == before) {
    std::filesystem::remove_all(folder);
    return;
  }
  std::printf("again: MATCHRUNNER_SEED=%u; kept: %s\n", round.seed, folder.c_str());
}

}  // namespace

int main() {
  SoakOptions options;
  options.round.matches = 400;
  options.round.runners = 3;
  options.round.slots = 3;
  options.round.lease = milliseconds(2000);
  options = soak_options(options);
  std::printf("MATCHRUNNER_SEED=%u, %d minutes, rounds of %d matches, %d runners, %d at once, lease %ld ms\n",
              options.round.seed, options.minutes, options.round.matches, options.round.runners, options.round.slots,
              static_cast<long>(options.round.lease.count()));
  std::fflush(stdout);
  Tally tally;
  Progress progress(tally);
  options.round.progress = [&progress] { progress.show(); };
  try {
    do {
      play(options.round, tally);
      tally.add("rounds");
      ++options.round.seed;
    } while (progress.seconds() < 60L * options.minutes);
  } catch (const std::exception& error) {
    tally.violation(error.what());
    std::printf("VIOLATION: the round of MATCHRUNNER_SEED=%u broke off: %s\n", options.round.seed, error.what());
  }
  std::printf("\n%ld s\n%s", progress.seconds(), tally.table().c_str());
  return tally.violations.empty() ? 0 : 1;
}
