// SPDX-License-Identifier: Apache-2.0
// What an executor tells while it prepares and starts a match, as events of that match.
#include <functional>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "scripted.hpp"
#include "services/match_ledger.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Plays as the memory executor does, and tells so often before.
class Teller final : public Executor {
 public:
  Teller(int times, std::function<void(bool begins)> around = nullptr) : times_(times), around_(std::move(around)) {}

  ExecutorCapabilities capabilities() const override { return inner_->capabilities(); }
  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    if (!plan.tell) return Error{ErrorCode::internal, "nobody wants to know"};
    if (around_) around_(true);
    for (int i = 1; i <= times_; ++i)
      plan.tell({"program", "image:1", "Downloading", static_cast<std::uint64_t>(i), 10});
    if (around_) around_(false);
    kept_ = plan;
    return inner_->prepare(plan, context);
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    if (plan.tell) return Error{ErrorCode::internal, "it is prepared already"};
    kept_.tell({"program", "too late", "", 0, 0});
    if (!plan.tell_start) return Error{ErrorCode::internal, "nobody wants to know"};
    for (const bool ready : {false, true}) plan.tell_start({"program", ready});
    return inner_->start(plan, context);
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    return inner_->adopt(plan, context);
  }

 private:
  const int times_;
  const std::function<void(bool begins)> around_;
  MatchPlan kept_;
  const std::shared_ptr<Executor> inner_ = make_memory_executor();
};

std::vector<std::string> told(const Ground& ground) {
  std::vector<std::string> bodies;
  const auto page = ground.store->events({}, patience());
  for (const Event& event : page->events)
    if (event.type == "preparing") bodies.push_back(event.body);
  return bodies;
}

}  // namespace

TEST_CASE("an executor's progress is told in events, and not all of it when it comes fast") {
  const Ground ground;
  RunnerOptions options = ground.options();
  options.executor = [] { return Result<std::shared_ptr<Executor>>(std::make_shared<Teller>(1000)); };
  const auto runner = Runner::open(options).value();
  CHECK(played(*runner, solo({})).state == MatchState::finished);
  const auto bodies = told(ground);
  REQUIRE(!bodies.empty());
  CHECK(bodies.size() < 10);
  CHECK(nlohmann::json::parse(bodies[0]) ==
        nlohmann::json(
            {{"seat", "program"}, {"what", "image:1"}, {"step", "Downloading"}, {"bytes", 1}, {"total_bytes", 10}}));
}

TEST_CASE("progress that the store does not take is lost, and the match is not") {
  const Ground ground;
  const auto faulty = std::make_shared<FaultyStore>(ground.store);
  RunnerOptions options = ground.options();
  options.store = faulty;
  options.executor = [faulty] {
    return Result<std::shared_ptr<Executor>>(std::make_shared<Teller>(3, [faulty](bool begins) {
      faulty->fail_commits(begins ? std::optional(ErrorCode::unavailable) : std::nullopt);
    }));
  };
  const auto runner = Runner::open(options).value();
  CHECK(played(*runner, solo({})).state == MatchState::finished);
  CHECK(told(ground).empty());
}

TEST_CASE("seats that are started are told to who asked by an older message, each of them") {
  const Ground ground;
  const bool older = GENERATE(false, true);
  RunnerOptions options = ground.options();
  options.executor = [] { return Result<std::shared_ptr<Executor>>(std::make_shared<Teller>(0)); };
  MatchLedger ledger(*ground.store);
  MatchRequest request = solo({});
  request.id = "m1";
  REQUIRE(ledger.submit(request, {}, {"asker", "c-1", older}));
  const auto runner = Runner::open(options).value();
  CHECK(runner->wait_match("m1", patience()).value().state == MatchState::finished);
  std::vector<std::string> types = event_types(*runner, "m1");
  std::erase_if(types, [](const std::string& type) { return !type.starts_with("seat_") && type != "started"; });
  const std::vector<std::string> plain{"started", "seat_ended"};
  CHECK(types == (older ? std::vector<std::string>{"seat_started", "seat_ready", "started", "seat_ended"} : plain));
}
