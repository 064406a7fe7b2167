// SPDX-License-Identifier: Apache-2.0
// Runners that die or lose their store, and what becomes of their matches. The store's lease clock is moved by hand.
#include <algorithm>
#include <atomic>

#include "base/wakeup.hpp"
#include "catch.hpp"
#include "dying_ground.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a match whose runner died runs again, with a new epoch") {
  DyingGround ground;
  auto doomed = Runner::open(ground.doomed()).value();
  const Match match = doomed->submit_match(duel({"hang"})).value();
  until(*doomed, match.id, MatchState::running);
  const std::uint64_t old_epoch = doomed->get_match(match.id).value().epoch;
  ground.kill();

  const auto heir = Runner::open(ground.heir()).value();
  auto events = heir->events({match.id, 0, false}).value();
  std::vector<std::string> types;
  std::uint64_t new_epoch = 0;
  while (std::count(types.begin(), types.end(), "started") < 2) {
    const auto event = events->next(patience()).value();
    REQUIRE(event);
    types.push_back(event->type);
    new_epoch = event->epoch;
  }
  CHECK(std::count(types.begin(), types.end(), "lapse") == 1);
  CHECK(new_epoch > old_epoch);
  CHECK(heir->get_match(match.id).value().attempt == 2);

  // The old runner comes back to life: whatever it writes now is fenced out.
  ground.dying->fail_commits(std::nullopt);
  REQUIRE(doomed->close(milliseconds(0)));
  CHECK(heir->get_match(match.id).value().state == MatchState::running);
  REQUIRE(heir->stop_match(match.id, "seen enough"));
  CHECK(heir->wait_match(match.id, patience()).value().state == MatchState::stopped);
}

TEST_CASE("a match fails when it has no attempt left") {
  DyingGround ground;
  auto doomed = Runner::open(ground.doomed()).value();
  MatchRequest request = duel({"hang"});
  request.inline_game->attempts = 1;
  const Match match = doomed->submit_match(request).value();
  until(*doomed, match.id, MatchState::running);
  ground.kill();
  const auto heir = Runner::open(ground.heir()).value();
  const Match failed = heir->wait_match(match.id, patience()).value();
  CHECK(failed.state == MatchState::failed);
  CHECK(failed.outcome->fault == Fault::infrastructure);
  CHECK(failed.outcome->seats[1].fault == Fault::infrastructure);
  CHECK(failed.outcome->summary.find("because of the host, not of a program") != std::string::npos);
  CHECK(failed.holder.empty());
}

TEST_CASE("a match that somebody wanted stopped is not run again") {
  DyingGround ground;
  auto doomed = Runner::open(ground.doomed()).value();
  const Match match = doomed->submit_match(duel({"hang"})).value();
  until(*doomed, match.id, MatchState::running);
  ground.dying->fail_commits(ErrorCode::unavailable);
  const auto desk = Runner::open(ground.watching()).value();
  REQUIRE(desk->stop_match(match.id, "rained off"));
  ground.kill();
  const auto heir = Runner::open(ground.heir()).value();
  const Match stopped = heir->wait_match(match.id, patience()).value();
  CHECK(stopped.state == MatchState::stopped);
  CHECK(stopped.outcome->reason == "rained off");
  CHECK(stopped.outcome->seats[1].verdict == Verdict::killed);
  CHECK(stopped.outcome->summary == "Stopped before the end, through no fault of a program (rained off).");
}

TEST_CASE("a commit whose answer was lost has one effect") {
  DyingGround ground;
  const auto runner = Runner::open(ground.doomed()).value();
  const Match match = runner->submit_match(duel({"hang"})).value();
  until(*runner, match.id, MatchState::running);
  const auto desk = Runner::open(ground.watching()).value();
  ground.dying->lose_next_answer();
  REQUIRE(desk->stop_match(match.id, "enough"));
  const Match stopped = desk->wait_match(match.id, patience()).value();
  CHECK(stopped.state == MatchState::stopped);
  const auto types = event_types(*desk, match.id);
  CHECK(std::count(types.begin(), types.end(), "ended") == 1);
  CHECK(std::count(types.begin(), types.end(), "stop") == 1);
}

TEST_CASE("an upload that a runner died in is gone on with by the next one") {
  // Its writers hand out a token once they have taken something, and may never come to an end.
  class Uploads : public ArtifactSink {
   public:
    std::atomic<bool> ends{true};
    std::atomic<bool> stuck{false};
    std::vector<std::string> tokens;  // that open() was given
    std::shared_ptr<ArtifactSink> inner = make_memory_artifacts();

    struct Writer : ArtifactWriter {
      Uploads* sink = nullptr;
      std::unique_ptr<ArtifactWriter> inner;
      std::uint64_t offset() const override { return inner->offset(); }
      std::string resume_token() const override { return "upload-7"; }
      Result<void> write(ByteView bytes, const Context& context) override { return inner->write(bytes, context); }
      Result<std::string> close(const Context& context) override {
        if (inner->offset() == 0) return inner->close(context);  // had nothing to go on with
        sink->stuck = !sink->ends;
        while (!sink->ends) [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
        return inner->close(context);
      }
      void abort() noexcept override { inner->abort(); }
    };
    ArtifactSinkCapabilities capabilities() const override { return {.reads = true, .resumes = true, .remote = true}; }
    Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                                 const Context& context) override {
      tokens.push_back(token);
      auto writer = std::make_unique<Writer>();
      writer->sink = this;
      writer->inner = inner->open(key, {}, context).value();
      return std::unique_ptr<ArtifactWriter>(std::move(writer));
    }
    Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                             const Context& context) override {
      return inner->read(uri, offset, size, context);
    }
    Result<void> remove(const std::string& uri, const Context& context) override { return inner->remove(uri, context); }
    Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
      return inner->link(uri, valid_for, context);
    }
  };
  DyingGround ground;
  const auto first = std::make_shared<Uploads>();
  first->ends = false;
  RunnerOptions doomed_options = ground.doomed();
  doomed_options.artifacts = first;
  const auto doomed = Runner::open(doomed_options).value();
  // The logs of a solo are empty: the first that is written to is its result.
  const Match match = doomed->submit_match(solo({R"(result {"scores": {"program": 1}})"})).value();
  REQUIRE(doomed->wait_match(match.id, patience(), WaitFor::outcome).value().state == MatchState::finished);
  while (!first->stuck) [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
  ground.kill();

  const auto second = std::make_shared<Uploads>();
  RunnerOptions heir_options = ground.heir();
  heir_options.artifacts = second;
  const auto heir = Runner::open(heir_options).value();
  CHECK(heir->wait_match(match.id, patience()).value().stored_at);
  CHECK(std::count(second->tokens.begin(), second->tokens.end(), "upload-7") == 1);
  first->ends = true;
}

TEST_CASE("a run that its executor loses is tried again") {
  class LosingExecutor : public Executor {
   public:
    std::shared_ptr<Executor> inner = make_memory_executor();
    std::shared_ptr<std::atomic<int>> losses;
    struct LostRun : Run {
      std::vector<SeatEndpoint> endpoints() const override { return {}; }
      Result<std::optional<RunReport>> poll(const Context&) override {
        return Error{ErrorCode::unavailable, "the launcher is gone", "losing executor"};
      }
      Result<void> stop(milliseconds) override { return {}; }
      Result<void> extend_lease(BootClock::time_point) override { return {}; }
    };
    ExecutorCapabilities capabilities() const override { return inner->capabilities(); }
    Result<void> prepare(const MatchPlan& plan, const Context& context) override {
      return inner->prepare(plan, context);
    }
    Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
      if (losses->fetch_sub(1) > 0) return std::unique_ptr<Run>(std::make_unique<LostRun>());
      return inner->start(plan, context);
    }
    Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
      return inner->adopt(plan, context);
    }
  };
  const Ground ground;
  const auto losses = std::make_shared<std::atomic<int>>(0);
  RunnerOptions options = ground.options();
  options.executor = [&]() -> Result<std::shared_ptr<Executor>> {
    auto executor = std::make_shared<LosingExecutor>();
    executor->losses = losses;
    return std::shared_ptr<Executor>(executor);
  };
  const auto runner = Runner::open(options).value();
  *losses = 2;
  const Match finished = played(*runner, duel({white_wins}));
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.attempt == 3);
  *losses = 3;
  const Match failed = played(*runner, duel({white_wins}));
  CHECK(failed.state == MatchState::failed);
  CHECK(failed.outcome->fault == Fault::infrastructure);
  CHECK(failed.outcome->reason.find("the launcher is gone") != std::string::npos);
}

TEST_CASE("a match given up is never taken for one that has not ended yet") {
  struct Row {
    ErrorCode store;
    ErrorCode told;
  };
  const Row row =
      GENERATE(Row{ErrorCode::timeout, ErrorCode::unavailable}, Row{ErrorCode::cancelled, ErrorCode::unavailable},
               Row{ErrorCode::not_found, ErrorCode::unavailable}, Row{ErrorCode::unavailable, ErrorCode::unavailable},
               Row{ErrorCode::resource_exhausted, ErrorCode::resource_exhausted});
  INFO(to_string(row.store));
  DyingGround ground;
  RunnerOptions options = ground.doomed();
  options.lease = milliseconds(500);
  std::string id;
  SECTION("whose outcome the store does not take") {
    const auto runner = Runner::open(options).value();
    id = runner->submit_match(duel({"hang"})).value().id;
    until(*runner, id, MatchState::running);
    ground.dying->fail_commits(row.store);
    const auto given_up = runner->wait_match(id, patience());
    REQUIRE_FALSE(given_up);
    CHECK(given_up.error().code == row.told);
    CHECK(given_up.error().describe().find("as the test asked") != std::string::npos);
    // In slices, as Python waits: one that says timeout would be asked again for ever.
    CHECK(runner->wait_match(id, Context::within(milliseconds(0))).error().code == row.told);
  }
  SECTION("that the store lets nobody claim") {
    REQUIRE(Runner::open(options).value()->close(milliseconds(0)));  // there is a pool now
    id = Runner::open(ground.watching()).value()->submit_match(solo({"exit 0"})).value().id;
    options.only_match = id;
    options.slots = 0;
    ground.dying->fail_commits(row.store);
    const auto runner = Runner::open(options).value();
    CHECK(runner->wait_match(id, patience()).error().code == row.told);
    CHECK(runner->get_match(id).value().state == MatchState::queued);
  }
}
