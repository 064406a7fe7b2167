// SPDX-License-Identifier: Apache-2.0
// An executor that is away, as an engine that is started anew: matches wait for it, and lose no attempt.
#include <algorithm>
#include <atomic>

#include "catch.hpp"
#include "dying_ground.hpp"
#include "open/executor_choice.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

struct Engine {
  std::atomic<bool> up = true;
  std::atomic<int> made = 0;

  Error down() const { return {ErrorCode::unavailable, "the engine does not answer"}; }
};

// Its seats are images, as those of containers.
class ByEngine : public Executor {
 public:
  ByEngine(Engine& engine, bool images) : engine_(engine), images_(images) {}
  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can = inner_->capabilities();
    if (images_) std::swap(can.images, can.custom);
    return can;
  }
  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (!engine_.up) return engine_.down();
    return inner_->prepare(of_scripts(plan), context);
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    if (!engine_.up) return engine_.down();
    return inner_->start(of_scripts(plan), context);
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    return inner_->adopt(plan, context);
  }

 private:
  static MatchPlan of_scripts(MatchPlan plan) {
    for (Seat& seat : plan.game.seats)
      if (seat.image) {
        seat.image.reset();
        seat.custom = "{}";
      }
    return plan;
  }

  Engine& engine_;
  const bool images_;
  std::shared_ptr<Executor> inner_ = make_memory_executor();
};

ExecutorFactory by(Engine& engine, bool images = false) {
  return [&engine, images]() -> Result<std::shared_ptr<Executor>> {
    ++engine.made;
    if (!engine.up) return engine.down();
    return std::shared_ptr<Executor>(std::make_shared<ByEngine>(engine, images));
  };
}

MatchRequest once() {
  MatchRequest request = solo({R"(result {"scores": {"program": 1}})"});
  request.inline_game->attempts = 1;
  return request;
}
MatchRequest image_once() {
  MatchRequest request = once();
  request.inline_game->seats[0].custom.reset();
  request.inline_game->seats[0].image = "engine:1";
  return request;
}

void until_event(Runner& runner, const std::string& id, const std::string& type) {
  auto events = runner.events({id, 0, false}).value();
  while (auto event = events->next(patience()).value())
    if (event->type == type) return;
  throw std::runtime_error("no event " + type + " of " + id);
}

auto times(const std::vector<std::string>& types, const std::string& type) {
  return std::count(types.begin(), types.end(), type);
}

}  // namespace

TEST_CASE("matches wait for an executor that is away, and none is claimed again and again") {
  Engine engine;
  const Ground ground;
  RunnerOptions options = ground.options();
  options.executor = by(engine);
  engine.up = false;
  const auto runner = Runner::open(options).value();
  const Match first = runner->submit_match(once()).value();
  const Match second = runner->submit_match(once()).value();
  until_event(*runner, first.id, "lapse");
  const int made = engine.made;
  while (engine.made < made + 3) runner->submit_match(once()).value();  // it is asked for all the same
  CHECK(times(event_types(*runner, first.id), "claim") == 1);
  CHECK(times(event_types(*runner, second.id), "claim") == 0);
  CHECK(runner->get_match(first.id).value().attempt == 0);
  CHECK(runner->health().value().parts[1].failures > 0);
  engine.up = true;
  for (const std::string& id : {first.id, second.id}) {
    const Match match = runner->wait_match(id, patience()).value();
    CHECK(match.state == MatchState::finished);
    CHECK(match.attempt == 1);
  }
}

TEST_CASE("an executor that goes away while a match is prepared costs it no attempt") {
  Engine engine;
  const Ground ground;
  RunnerOptions options = ground.options();
  options.executor = by(engine);
  const auto runner = Runner::open(options).value();
  const Match before = played(*runner, once());  // the executor has been made
  REQUIRE(before.state == MatchState::finished);
  engine.up = false;
  const Match match = runner->submit_match(once()).value();
  until_event(*runner, match.id, "lapse");
  engine.up = true;
  CHECK(runner->wait_match(match.id, patience()).value().state == MatchState::finished);
}

TEST_CASE("what the one executor cannot play now does not hold up what another can") {
  Engine containers;
  Engine scripts;
  const Ground ground;
  RunnerOptions options = ground.options();
  options.executor = choose_executor({{"containers://", by(containers, true)}, {"scripts://", by(scripts)}});
  containers.up = false;
  const auto runner = Runner::open(options).value();
  std::vector<std::string> waiting;
  for (int i = 0; i < 3; ++i) waiting.push_back(runner->submit_match(image_once()).value().id);
  for (int i = 0; i < 5; ++i) CHECK(played(*runner, once()).state == MatchState::finished);
  for (const std::string& id : waiting) {
    const Match match = runner->get_match(id).value();
    CHECK(!is_terminal(match.state));
    CHECK(match.attempt <= 1);  // 1 while it is tried
  }
  containers.up = true;
  for (const std::string& id : waiting) CHECK(runner->wait_match(id, patience()).value().state == MatchState::finished);
}

TEST_CASE("who runs one match only waits for its executor no longer than for its store") {
  Engine engine;
  const Ground ground;
  RunnerOptions options = ground.options();
  options.executor = by(engine);
  options.lease = milliseconds(500);
  engine.up = false;
  const Match match = Runner::open(ground.watching()).value()->submit_match(once()).value();
  options.only_match = match.id;
  const auto runner = Runner::open(options).value();
  const auto waited = runner->wait_match(match.id, patience());
  REQUIRE(!waited);
  CHECK(waited.error().code == ErrorCode::unavailable);
  CHECK(runner->get_match(match.id).value().state == MatchState::queued);
}
