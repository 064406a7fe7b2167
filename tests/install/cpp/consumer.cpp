// SPDX-License-Identifier: Apache-2.0
// Uses the installed library from C++: a store in a file, and a runner that only submits.
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "matchrunner/open.hpp"
#include "matchrunner/version.hpp"

using namespace matchrunner;

int main() {
  char folder[] = "/tmp/matchrunner-consumer-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 1;
  bool queued = false;
  {
    RunnerOptions options;
    options.store = open_state_store("sqlite:///" + std::string(folder) + "/runs.db").value();
    options.workers = 0;
    const auto runner = Runner::open(std::move(options)).value();

    Game game;
    game.name = "hello";
    game.wiring = Wiring::none;
    game.seats.resize(1);
    game.seats[0].name = "hello";
    game.seats[0].command = "/bin/true";
    MatchRequest request;
    request.inline_game = game;
    queued = runner->submit_match(request).value().state == MatchState::queued;
    std::printf("matchrunner %s: queued %d\n", MATCHRUNNER_VERSION, queued ? 1 : 0);
  }
  std::filesystem::remove_all(folder);
  return queued ? 0 : 1;
}
