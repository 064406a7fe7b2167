// SPDX-License-Identifier: Apache-2.0
// Commits that were done although the store said that they failed: they are known again, and have one effect.
#include <algorithm>

#include "base/clocks.hpp"
#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "runtime/scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a step of a match whose answer was lost is not taken twice, and costs no attempt") {
  const std::string type =
      GENERATE("claim", "prepared", "started", "progress", "seat_ended", "ended", "collected", "stored");
  INFO(type);
  Ground ground;
  const auto store = std::make_shared<FaultyStore>(ground.store);
  RunnerOptions options = ground.options();
  options.store = store;
  const auto runner = Runner::open(options).value();
  store->lose_next_answer(type);
  MatchRequest request = duel({"event {\"type\": \"progress\"}", white_wins});
  request.inline_game->attempts = 1;
  const Match match = played(*runner, request);
  CHECK(match.state == MatchState::finished);
  CHECK(match.attempt == 1);
  CHECK(match.outcome->seats[1].score == 1.0);
  auto types = event_types(*runner, match.id);
  CHECK(types == std::vector<std::string>{"submit", "claim", "prepared", "started", "progress", "seat_ended",
                                          "seat_ended", "seat_ended", "ended", "collected", "stored"});
}

TEST_CASE("an outbox goes on at once when only the answer about its cursor was lost") {
  Ground ground;
  const auto store = std::make_shared<FaultyStore>(ground.store);
  const auto events = make_memory_events();
  RunnerOptions options = ground.options();
  options.store = store;
  options.sinks = {{"site", events}};
  options.lease = std::chrono::hours(1);  // nobody could wait for it to lapse
  const auto runner = Runner::open(options).value();
  store->lose_next_answer("sink");
  played(*runner, solo({"exit 0"}));
  const Context deadline = patience();
  while (deadline.check() && runner->outbox().value()[0].waiting != 0) let_pass(milliseconds(5), deadline);
  CHECK(runner->outbox().value()[0].waiting == 0);
}
