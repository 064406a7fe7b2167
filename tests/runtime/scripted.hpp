// SPDX-License-Identifier: Apache-2.0
// A Runner on memory adapters, and requests whose seats follow a script (adapters/memory.hpp).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/runner.hpp"
#include "temporary_folder.hpp"

namespace matchrunner::test {

inline Seat scripted(const std::string& name, SeatRole role, std::vector<std::string> steps) {
  Seat seat;
  seat.name = name;
  seat.role = role;
  seat.custom = "{}";
  seat.arguments = std::move(steps);
  return seat;
}

// One program.
inline MatchRequest solo(std::vector<std::string> steps) {
  MatchRequest request;
  request.inline_game.emplace();
  request.inline_game->name = "solo";
  request.inline_game->wiring = Wiring::none;
  request.inline_game->grace_seconds = 0.1;
  request.inline_game->seats = {scripted("program", SeatRole::program, std::move(steps))};
  return request;
}

// A referee and two players.
inline MatchRequest duel(std::vector<std::string> referee, std::vector<std::string> white = {"hang"},
                         std::vector<std::string> black = {"hang"}) {
  MatchRequest request;
  request.inline_game.emplace();
  request.inline_game->name = "duel";
  request.inline_game->grace_seconds = 0.1;
  request.inline_game->seats = {scripted("referee", SeatRole::referee, std::move(referee)),
                                scripted("white", SeatRole::player, std::move(white)),
                                scripted("black", SeatRole::player, std::move(black))};
  return request;
}

inline const char* const white_wins = R"(result {"scores": {"white": 1, "black": 0}, "reason": "checkmate"})";

struct Ground {
  std::shared_ptr<StateStore> store = make_memory_store();
  std::shared_ptr<ArtifactSink> artifacts = make_memory_artifacts();
  TemporaryFolder spool;

  RunnerOptions options(std::uint32_t slots = 1) const {
    RunnerOptions options;
    options.store = store;
    options.artifacts = artifacts;
    options.executor = [] { return Result<std::shared_ptr<Executor>>(make_memory_executor()); };
    options.slots = slots;
    options.spool_folder = spool.path();
    return options;
  }

  // Only submits and watches.
  RunnerOptions watching() const {
    RunnerOptions watching = options();
    watching.slots = 0;
    watching.workers = 0;
    return watching;
  }
};

inline Context patience() { return Context::within(std::chrono::seconds(30)); }

// The match once it has ended and its artifacts are stored.
inline Match played(Runner& runner, const MatchRequest& request) {
  const Match submitted = runner.submit_match(request).value();
  return runner.wait_match(submitted.id, patience()).value();
}

// Blocks until the match is there and in `state`, by its events.
inline void until(Runner& runner, const std::string& id, MatchState state) {
  auto events = runner.events({id, 0, false}).value();
  for (auto match = runner.find_match(id).value(); !match || match->state != state;
       match = runner.find_match(id).value())
    if (!events->next(patience()).value()) throw std::runtime_error("match " + id + " did not get there");
}

// The types of a match's events so far, in order.
inline std::vector<std::string> event_types(Runner& runner, const std::string& id) {
  auto events = runner.events({id, 0, false}).value();
  std::vector<std::string> types;
  while (auto event = events->next(Context::within(milliseconds(0))).value()) types.push_back(event->type);
  return types;
}

}  // namespace matchrunner::test
