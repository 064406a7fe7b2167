// SPDX-License-Identifier: Apache-2.0
// Matches of three seats a second: a referee and two players, C programs started anew for each match, that exchange 80
// lines; memory store, as many workers as processors.
//   duels DUEL [COUNT]    (DUEL: the program of every seat)
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/adapters/sandbox.hpp"
#include "matchrunner/runner.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

MatchRequest duel(const std::string& program) {
  MatchRequest request;
  Game& game = request.inline_game.emplace();
  game.name = "duel";
  game.wiring = Wiring::stdio;
  const auto add = [&](const char* name, SeatRole role, std::vector<std::string> arguments) {
    Seat& seat = game.seats.emplace_back();
    seat.name = name;
    seat.role = role;
    seat.command = "./duel";
    seat.arguments = std::move(arguments);
    seat.files = {{"duel", program, {}}};
  };
  add("referee", SeatRole::referee, {"referee", "80"});
  add("white", SeatRole::player, {"player"});
  add("black", SeatRole::player, {"player"});
  return request;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int count = argc > 2 ? std::atoi(argv[2]) : 300;
  RunnerOptions options;
  options.store = make_memory_store();
  options.artifacts = make_memory_artifacts();
  options.executor = [] { return make_sandbox_executor({}); };
  options.slots = std::thread::hardware_concurrency();
  options.spool_folder = std::filesystem::current_path() / "spool";
  const auto runner = must(Runner::open(std::move(options)));
  const MatchRequest request = duel(argv[1]);
  const auto play = [&](int matches) {
    std::vector<std::string> ids;
    for (int i = 0; i < matches; ++i) ids.push_back(must(runner->submit_match(request)).id);
    for (const std::string& id : ids) {
      const Match ended = must(runner->wait_match(id, {}, WaitFor::outcome));
      if (!ended.outcome || ended.outcome->result != MatchResult::completed) fail("a match failed");
    }
  };
  play(10);  // launchers and their slots
  const auto start = std::chrono::steady_clock::now();
  play(count);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.1f\n", count / took.count());
}
