// SPDX-License-Identifier: Apache-2.0
// Stops and closes that come at the moments at which they could be missed.
#include <functional>

#include "catch.hpp"
#include "codec/match_record.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "runtime/lease.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a lease that comes into a closed book is told so") {
  LeaseBook book;
  const auto early = std::make_shared<Lease>(RecordKey{"match", "early"}, 1, BootClock::now());
  const auto slot = std::make_shared<Lease>(RecordKey{"slot", "0"}, 1, BootClock::now());
  book.add(early);
  CHECK_FALSE(early->has(Signal::closing));
  book.close("match");
  CHECK(early->has(Signal::closing));
  const auto late = std::make_shared<Lease>(RecordKey{"match", "late"}, 1, BootClock::now());
  book.add(late);
  book.add(slot);
  CHECK(late->has(Signal::closing));
  CHECK_FALSE(slot->has(Signal::closing));
}

TEST_CASE("a stop that comes while a closing runner gives its match back ends the match") {
  Ground ground;
  const auto faulty = std::make_shared<FaultyStore>(ground.store);
  const auto desk = Runner::open(ground.watching()).value();
  RunnerOptions options = ground.options();
  options.store = faulty;
  const auto runner = Runner::open(options).value();
  const Match match = runner->submit_match(duel({"hang"})).value();
  until(*runner, match.id, MatchState::running);
  faulty->before_next("lapse", [&] { REQUIRE(desk->stop_match(match.id, "rained off")); });
  REQUIRE(runner->close(milliseconds(0)));
  const Match stopped = desk->get_match(match.id).value();
  CHECK(stopped.state == MatchState::stopped);
  REQUIRE(stopped.outcome);
  CHECK(stopped.outcome->reason == "rained off");
  CHECK(stopped.outcome->seats[0].verdict == Verdict::killed);
}

TEST_CASE("a match that is queued with a stop request is claimed only to be stopped") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Match match = desk->submit_match(duel({"hang"})).value();
  const Record stored = **ground.store->find({"match", match.id}, patience());
  Match asked = match_from(stored).value();
  asked.stop_request = "rained off";
  REQUIRE(ground.store->commit({{Write{to_record(asked)}}, {}}, patience()));
  const auto runner = Runner::open(ground.options()).value();
  const Match stopped = runner->wait_match(match.id, patience()).value();
  CHECK(stopped.state == MatchState::stopped);
  CHECK(stopped.outcome->reason == "rained off");
  CHECK(stopped.outcome->seats[0].verdict == Verdict::not_started);
}

TEST_CASE("a stop that comes before its match has started ends it with the reason given") {
  class StoppedExecutor : public Executor {  // somebody stops what it prepares
   public:
    std::shared_ptr<Executor> inner = make_memory_executor();
    std::function<void(const std::string&)> stop;

    ExecutorCapabilities capabilities() const override { return inner->capabilities(); }
    Result<void> prepare(const MatchPlan& plan, const Context&) override {
      stop(plan.match_id);
      return Error{ErrorCode::cancelled, "stopped while it prepared"};
    }
    Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
      return inner->start(plan, context);
    }
    Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
      return inner->adopt(plan, context);
    }
  };
  const Ground ground;
  const auto executor = std::make_shared<StoppedExecutor>();
  RunnerOptions options = ground.options();
  options.executor = [&] { return Result<std::shared_ptr<Executor>>(executor); };
  const auto runner = Runner::open(options).value();
  executor->stop = [&](const std::string& id) { REQUIRE(runner->stop_match(id, "rained off")); };
  const Match stopped = played(*runner, solo({"hang"}));
  CHECK(stopped.state == MatchState::stopped);
  CHECK(stopped.outcome->reason == "rained off");
}

TEST_CASE("a match whose artifacts are being collected has ended, and is not stopped any more") {
  const Ground ground;
  const auto desk = Runner::open(ground.watching()).value();
  const Match match = desk->submit_match(duel({"hang"})).value();
  Match collecting = match_from(**ground.store->find({"match", match.id}, patience())).value();
  collecting.state = MatchState::collecting;
  REQUIRE(ground.store->commit({{Write{to_record(collecting)}}, {}}, patience()));
  const auto stopped = desk->stop_match(match.id, "rained off");
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == ErrorCode::conflict);
  CHECK(stopped.error().message == "match " + match.id + " has ended: its artifacts are being collected");
  CHECK_FALSE(desk->get_match(match.id).value().stop_request);
}
