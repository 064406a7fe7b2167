// SPDX-License-Identifier: Apache-2.0
// How a program's output comes into its log file.
//   logs cat|executor BYTES    MB a second; cat: through a pipe and cat; executor: as a seat
//   logs growth BYTES          MB by which this process and its launcher grow while a log of 16 MiB drops the rest
// The program is `head -c BYTES /dev/zero`.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "matchrunner/adapters/sandbox.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

void by_cat(const std::string& bytes) {
  if (std::system(("head -c " + bytes + " /dev/zero | cat > log").c_str()) != 0) fail("cat failed");
}

std::shared_ptr<Executor> executor;

// Of this process and all launchers that can be seen.
double resident_megabytes() {
  double pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string name;
    std::getline(std::ifstream(entry.path() / "comm"), name);
    const bool counts = entry.path().filename() == "self" || name.rfind("matchrunner-lau", 0) == 0;
    double size = 0, resident = 0;
    if (counts && std::ifstream(entry.path() / "statm") >> size >> resident) pages += resident;
  }
  constexpr double page = 4096;
  return pages * page / 1e6;
}

// `each` is called now and then while it runs.
template <class Each>
void by_executor(const std::string& bytes, std::uint64_t kept, Each each) {
  MatchPlan plan;
  plan.match_id = "bench";
  plan.epoch = 1;
  plan.spool_folder = std::filesystem::current_path();
  plan.game.wiring = Wiring::none;
  Seat& seat = plan.game.seats.emplace_back();
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.command = "head";
  seat.arguments = {"-c", bytes, "/dev/zero"};
  seat.limits = default_limits();
  seat.limits.output_bytes = kept;
  if (auto prepared = executor->prepare(plan, {}); !prepared) fail(prepared.error().describe());
  const auto run = must(executor->start(plan, {}));
  for (bool ended = false; !ended;) {
    const auto report = must(run->poll(Context::within(milliseconds(100))));
    ended = report && report->kind == RunReport::Kind::ended;
    each();
  }
}

int print_growth(const std::string& bytes) {
  constexpr std::uint64_t kept = 16U << 20U;
  by_executor("1000000", kept, [] {});  // what is made once
  std::filesystem::remove_all("logs");
  std::filesystem::remove_all("work");
  const double before = resident_megabytes();
  double most = before;
  by_executor(bytes, kept, [&most] { most = std::max(most, resident_megabytes()); });
  if (std::filesystem::file_size("logs/main.stdout") < kept) fail("the log was not filled");
  std::printf("%.2f\n", most - before);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string bytes = argv[2];
  const bool ours = std::strcmp(argv[1], "cat") != 0;
  if (ours) executor = must(make_sandbox_executor({}));
  if (std::strcmp(argv[1], "growth") == 0) return print_growth(bytes);
  const auto start = std::chrono::steady_clock::now();
  if (ours)
    by_executor(bytes, ~0ULL, [] {});
  else
    by_cat(bytes);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  const auto written = std::filesystem::file_size(ours ? "logs/main.stdout" : "log");
  if (written != std::strtoull(bytes.c_str(), nullptr, 10)) fail("not all of it was written");
  std::printf("%.1f\n", static_cast<double>(written) / 1e6 / took.count());
  return 0;
}
