// SPDX-License-Identifier: Apache-2.0
// Trivial sandboxed runs, one after another: how many a second, or the 99th percentile of their times in ms.
//   sandbox bare|bare-warm|bwrap|executor|match rate|p99 NOTHING [COUNT [HEAP_MIB]]
// bare: a sandbox made by hand for each run, -warm: with network namespace and cgroups kept; bwrap: by bubblewrap;
// executor: by ours; match: a whole match on a memory store, from submit to stored outcome. NOTHING is the program to
// run. HEAP_MIB: memory that this process has in use.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "bare_sandbox.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/adapters/sandbox.hpp"
#include "matchrunner/runner.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

const char* nothing = nullptr;

// Each way sets itself up and gives a function that makes one run.
using Once = std::function<void()>;

std::string make_seat_folder() {
  for (const char* name : {"seat", "output", "result"}) std::filesystem::create_directory(name);
  std::filesystem::copy(nothing, "seat/nothing");
  return std::filesystem::current_path();
}

template <bench::BareSandbox::Kind kind>
Once by_hand() {
  return [sandbox = std::make_shared<bench::BareSandbox>(make_seat_folder(), kind)] {
    if (!sandbox->run("nothing")) fail("the bare sandbox does not work here");
  };
}

Once by_bwrap() {
  const std::string folder = make_seat_folder();
  std::vector<std::string> arguments = {"bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"};
  for (const char* path : {"/usr", "/etc/alternatives", "/etc/fonts", "/etc/ssl/certs"})
    arguments.insert(arguments.end(), {"--ro-bind", path, path});
  for (const std::string name : {"bin", "sbin", "lib", "lib64"})
    arguments.insert(arguments.end(), {"--symlink", "usr/" + name, "/" + name});
  for (const std::string name : {"/seat", "/output", "/result"})
    arguments.insert(arguments.end(), {"--bind", folder + name, name});
  arguments.insert(arguments.end(),
                   {"--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/seat", "/seat/nothing"});
  return [arguments] {
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t child = -1;
    int status = 0;
    if (::posix_spawnp(&child, "bwrap", nullptr, nullptr, argv.data(), environ) != 0 ||
        ::waitpid(child, &status, 0) != child || status != 0)
      fail("bwrap does not work here");
  };
}

Seat nothing_seat() {
  Seat seat;
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.command = "./nothing";
  seat.files = {{"nothing", nothing, {}}};
  seat.limits = default_limits();
  seat.on_output_limit = OnOutputLimit::cut;
  return seat;
}

MatchPlan nothing_plan(const std::string& spool) {
  static int number = 0;
  MatchPlan plan;
  plan.match_id = "bench-" + std::to_string(++number);
  plan.epoch = 1;
  plan.spool_folder = spool;
  plan.lease_deadline = BootClock::now() + std::chrono::seconds(15);
  plan.game.wiring = Wiring::none;
  plan.game.seats = {nothing_seat()};
  return plan;
}

Once by_executor() {
  const std::string spool = std::filesystem::current_path() / "spool";
  return [executor = must(make_sandbox_executor({})), spool] {
    std::filesystem::create_directory(spool);
    const MatchPlan plan = nothing_plan(spool);
    must(executor->prepare(plan, {}));
    const auto run = must(executor->start(plan, {}));
    for (bool ended = false; !ended;) {
      const auto report = must(run->poll({}));
      if (report->kind == RunReport::Kind::seat_ended && report->seat.verdict != Verdict::ok) fail(report->seat.detail);
      ended = report->kind == RunReport::Kind::ended;
    }
    std::filesystem::remove_all(spool);
  };
}

Once by_runner() {
  RunnerOptions options;
  options.store = make_memory_store();
  options.artifacts = make_memory_artifacts();
  options.executor = [] { return make_sandbox_executor({}); };
  options.slots = 1;
  options.spool_folder = std::filesystem::current_path() / "spool";
  const std::shared_ptr<Runner> runner = must(Runner::open(std::move(options)));
  MatchRequest request;
  request.inline_game.emplace();
  request.inline_game->wiring = Wiring::none;
  request.inline_game->name = "nothing";
  request.inline_game->seats = {nothing_seat()};
  return [runner, request] {
    const Match match = must(runner->submit_match(request));
    const Match ended = must(runner->wait_match(match.id, {}, WaitFor::outcome));
    if (!ended.outcome || ended.outcome->seats.at(0).verdict != Verdict::ok) fail("a match failed");
  };
}

struct Way {
  const char* name;
  Once (*set_up)();
};
constexpr Way ways[] = {{"bare", by_hand<bench::BareSandbox::Kind::cold>},
                        {"bare-warm", by_hand<bench::BareSandbox::Kind::warm>},
                        {"bwrap", by_bwrap},
                        {"executor", by_executor},
                        {"match", by_runner}};

using Seconds = std::chrono::duration<double>;

double rate(const std::vector<Seconds>& times) {
  return static_cast<double>(times.size()) / std::accumulate(times.begin(), times.end(), Seconds(0)).count();
}

double p99(std::vector<Seconds> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100].count() * 1000;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  nothing = argv[3];
  const int count = argc > 4 ? std::atoi(argv[4]) : 200;
  const std::vector<char> heap((argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 0) << 20U, 'x');
  for (const Way& way : ways) {
    if (std::strcmp(way.name, argv[1]) != 0) continue;
    const Once once = way.set_up();
    for (int i = 0; i < 5; ++i) once();  // what is made once, and the file cache
    std::vector<Seconds> times;
    for (int i = 0; i < count; ++i) {
      const auto start = std::chrono::steady_clock::now();
      once();
      times.push_back(std::chrono::steady_clock::now() - start);
    }
    std::printf("%.3f\n", std::strcmp(argv[2], "p99") == 0 ? p99(times) : rate(times));
    return heap.size() == 1 ? 1 : 0;  // `heap` is in use to the end
  }
  return 2;
}
