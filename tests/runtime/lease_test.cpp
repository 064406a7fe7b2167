// SPDX-License-Identifier: Apache-2.0
// What an executor is told of the lease under which its run goes.
#include <atomic>

#include "base/wakeup.hpp"
#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("an executor is told the lease as it is when the run starts, and less than the store grants") {
  // What it has to prepare takes longer than the lease that the match was claimed with.
  class SlowExecutor : public Executor {
   public:
    std::shared_ptr<Executor> inner = make_memory_executor();
    milliseconds lease{1500};
    std::atomic<bool> in_time{false}, before_others{false};

    ExecutorCapabilities capabilities() const override { return inner->capabilities(); }
    Result<void> prepare(const MatchPlan& plan, const Context& context) override {
      const auto left = std::chrono::ceil<milliseconds>(plan.lease_deadline - BootClock::now());
      if (auto waited = wait_for({}, Context::within(left)); !waited) return waited.error();
      return inner->prepare(plan, context);
    }
    Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
      in_time = plan.lease_deadline > BootClock::now();
      before_others = plan.lease_deadline <= BootClock::now() + lease * 9 / 10;
      return inner->start(plan, context);
    }
    Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
      return inner->adopt(plan, context);
    }
  };
  const Ground ground;
  const auto executor = std::make_shared<SlowExecutor>();
  RunnerOptions options = ground.options();
  options.lease = executor->lease;
  options.executor = [&] { return Result<std::shared_ptr<Executor>>(executor); };
  const auto runner = Runner::open(options).value();
  const Match finished = played(*runner, duel({white_wins}));
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.attempt == 1);
  CHECK(executor->in_time);
  CHECK(executor->before_others);
}

TEST_CASE("a match whose claim waited for the store longer than a lease is played all the same") {
  // Its lease has run out for its runner when the store answers, and nothing more gets through in time.
  class SlowStore : public FaultyStore {
   public:
    using FaultyStore::FaultyStore;
    milliseconds lease{500};

    Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
      for (const Event& event : batch.events) {
        if (event.epoch != 1) continue;
        if (event.type == "claim") [[maybe_unused]]
          const auto waited = wait_for({}, Context::within(lease));
        if (event.type == "prepared") return Error{ErrorCode::timeout, "the deadline passed", "slow store"};
      }
      return FaultyStore::commit(batch, context);
    }
  };
  const Ground ground;
  const auto store = std::make_shared<SlowStore>(ground.store);
  RunnerOptions options = ground.options();
  options.store = store;
  options.lease = store->lease;
  const auto runner = Runner::open(options).value();
  const Match finished = played(*runner, duel({white_wins}));
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.attempt == 2);
}
