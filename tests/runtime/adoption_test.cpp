// SPDX-License-Identifier: Apache-2.0
// Runs that outlive their runner, and what the next one makes of them. The store's lease clock is moved by hand.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include "catch.hpp"
#include "dying_ground.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Runs under way, by their folders, whoever looks at them.
struct Hosted {
  struct Kept {
    std::shared_ptr<Run> run;
    std::vector<RunReport> ends = {};  // of seats, told already
    std::uint64_t owner = 0;           // an epoch
  };
  Mutex mutex;
  std::map<std::string, Kept> runs MATCHRUNNER_GUARDED_BY(mutex);
  std::vector<MatchPlan> adopted MATCHRUNNER_GUARDED_BY(mutex);
  std::atomic<bool> silent{false};  // adopt() waits as long as it may
  std::atomic<int> stuck{0};        // how often what is left of a run cannot be ended

  void lose_all() {
    const Lock lock(mutex);
    runs.clear();
  }
  MatchPlan last_adopted() {
    const Lock lock(mutex);
    return adopted.back();
  }
};

// A run of them, as long as nobody else has taken it.
class Hold : public Run {
 public:
  Hold(std::shared_ptr<Hosted> hosted, const MatchPlan& plan, std::vector<RunReport> again)
      : hosted_(std::move(hosted)), folder_(plan.spool_folder), epoch_(plan.epoch), again_(std::move(again)) {}

  std::vector<SeatEndpoint> endpoints() const override { return {}; }
  Result<std::optional<RunReport>> poll(const Context& context) override {
    if (!again_.empty()) {
      std::optional<RunReport> report = again_.front();
      again_.erase(again_.begin());
      return report;
    }
    do {  // others want to get at it as well
      const Lock lock(hosted_->mutex);
      Hosted::Kept* const kept = ours();
      if (kept == nullptr) return Error{ErrorCode::unavailable, "it is another's", "outliving executor"};
      auto report = kept->run->poll(Context::within(milliseconds(5)));
      if (report && *report && (*report)->kind == RunReport::Kind::seat_ended) kept->ends.push_back(**report);
      if (!report || *report) return report;
    } while (context.check());
    return std::optional<RunReport>();
  }
  Result<void> stop(milliseconds grace) override {
    const Lock lock(hosted_->mutex);
    Hosted::Kept* const kept = ours();
    return kept == nullptr ? Result<void>() : kept->run->stop(grace);
  }
  Result<void> extend_lease(BootClock::time_point deadline) override {
    const Lock lock(hosted_->mutex);
    Hosted::Kept* const kept = ours();
    return kept == nullptr ? Result<void>() : kept->run->extend_lease(deadline);
  }

 private:
  Hosted::Kept* ours() MATCHRUNNER_REQUIRES(hosted_->mutex) {
    const auto found = hosted_->runs.find(folder_);
    return found == hosted_->runs.end() || found->second.owner != epoch_ ? nullptr : &found->second;
  }

  const std::shared_ptr<Hosted> hosted_;
  const std::string folder_;
  const std::uint64_t epoch_;
  std::vector<RunReport> again_;
};

class Outliving : public Executor {
 public:
  explicit Outliving(std::shared_ptr<Hosted> hosted) : hosted_(std::move(hosted)) {}

  ExecutorCapabilities capabilities() const override {
    ExecutorCapabilities can = inner_->capabilities();
    can.adopts = true;
    return can;
  }
  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    return inner_->prepare(plan, context);
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    auto run = inner_->start(plan, context);
    if (!run) return run;
    const Lock lock(hosted_->mutex);
    hosted_->runs[plan.spool_folder] = {*std::move(run), {}, plan.epoch};
    return std::unique_ptr<Run>(std::make_unique<Hold>(hosted_, plan, std::vector<RunReport>()));
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    while (hosted_->silent && context.check()) std::this_thread::sleep_for(milliseconds(5));
    if (auto going = context.check(); !going) return going.error();
    if (hosted_->stuck.fetch_sub(1) > 0) return Error{ErrorCode::internal, "it cannot be ended", "outliving executor"};
    const Lock lock(hosted_->mutex);
    hosted_->adopted.push_back(plan);
    const auto found = hosted_->runs.find(plan.spool_folder);
    if (found == hosted_->runs.end()) return Error{ErrorCode::not_found, "no such run", "outliving executor"};
    found->second.owner = plan.epoch;
    if (auto extended = found->second.run->extend_lease(plan.lease_deadline); !extended)
      return std::move(extended).error();
    return std::unique_ptr<Run>(std::make_unique<Hold>(hosted_, plan, found->second.ends));
  }

 private:
  const std::shared_ptr<Hosted> hosted_;
  const std::shared_ptr<Executor> inner_ = make_memory_executor();
};

struct OutlivingGround : DyingGround {
  RunnerOptions with_hosted(RunnerOptions options) const {
    options.executor = [hosted = hosted] {
      return Result<std::shared_ptr<Executor>>(std::make_shared<Outliving>(hosted));
    };
    return options;
  }
  std::shared_ptr<Hosted> hosted = std::make_shared<Hosted>();
};

std::ptrdiff_t count_of(Runner& runner, const std::string& id, const std::string& type) {
  const auto types = event_types(runner, id);
  return std::count(types.begin(), types.end(), type);
}

Match with_events(Runner& runner, const std::string& id, const std::string& type, int count) {
  auto events = runner.events({id, 0, false}).value();
  while (count > 0) {
    const auto event = events->next(patience()).value();
    REQUIRE(event);
    count -= event->type == type ? 1 : 0;
  }
  return runner.get_match(id).value();
}

Time entered(const Match& match, MatchState state) {
  for (const StateTime& time : match.times)
    if (time.state == state) return time.at;
  FAIL("never entered");
  return {};
}

}  // namespace

TEST_CASE("a run that has outlived its runner keeps its slot, whatever is more urgent") {
  OutlivingGround ground;
  auto doomed = Runner::open(ground.with_hosted(ground.doomed())).value();
  MatchRequest only_once = duel({"hang"});
  only_once.inline_game->attempts = 1;
  const Match former = doomed->submit_match(only_once).value();
  until(*doomed, former.id, MatchState::running);
  MatchRequest urgent = duel({white_wins});
  urgent.priority = 10;
  const Match other = doomed->submit_match(urgent).value();
  ground.kill();

  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  with_events(*heir, former.id, "adopted", 1);
  CHECK(heir->get_match(other.id).value().state == MatchState::queued);
  REQUIRE(heir->stop_match(former.id, "enough"));
  CHECK(heir->wait_match(former.id, patience()).value().state == MatchState::stopped);
  CHECK(heir->wait_match(other.id, patience()).value().state == MatchState::finished);
}

TEST_CASE("a run that outlives its runner goes on in the next, and costs no attempt") {
  OutlivingGround ground;
  auto doomed = Runner::open(ground.with_hosted(ground.doomed())).value();
  MatchRequest request = duel({"event {\"type\": \"progress\"}", "hang"}, {"exit 1"});
  request.inline_game->attempts = 1;
  const std::string id = doomed->submit_match(request).value().id;
  const Match before = with_events(*doomed, id, "seat_ended", 1);
  ground.kill();

  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  const Match after = with_events(*heir, id, "adopted", 1);
  CHECK(after.state == MatchState::running);
  CHECK(after.attempt == 1);
  CHECK(after.spool_folder == before.spool_folder);
  CHECK(after.adoptable_until == before.adoptable_until);
  CHECK(entered(after, MatchState::running) == entered(before, MatchState::running));
  CHECK(ground.hosted->last_adopted().lines_told == 1);
  CHECK(ground.hosted->last_adopted().epoch == after.epoch);

  // The old runner comes back to life, and leaves alone what is another's.
  ground.dying->fail_commits(std::nullopt);
  REQUIRE(doomed->close(milliseconds(0)));
  CHECK(std::filesystem::exists(after.spool_folder));
  CHECK(heir->get_match(id).value().state == MatchState::running);
  REQUIRE(heir->stop_match(id, "seen enough"));
  const Match stopped = heir->wait_match(id, patience()).value();
  CHECK(stopped.state == MatchState::stopped);
  CHECK(stopped.outcome->seats[1].verdict == Verdict::exited);  // told by the first, and known to the second
  CHECK(!stopped.adoptable_until);
  CHECK(count_of(*heir, id, "started") == 1);
  CHECK(count_of(*heir, id, "progress") == 1);
  CHECK(count_of(*heir, id, "seat_ended") == 3);
}

TEST_CASE("a run that did not outlive its runner is run again in a folder of its own, while there are attempts") {
  OutlivingGround ground;
  auto doomed = Runner::open(ground.with_hosted(ground.doomed())).value();
  MatchRequest request = duel({"hang"});
  const std::uint32_t attempts = GENERATE(1U, 2U);
  request.inline_game->attempts = attempts;
  const std::string id = doomed->submit_match(request).value().id;
  until(*doomed, id, MatchState::running);
  const Match before = doomed->get_match(id).value();
  ground.hosted->lose_all();
  ground.kill();

  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  if (attempts == 1) {
    const Match failed = heir->wait_match(id, patience()).value();
    CHECK(failed.state == MatchState::failed);
    CHECK(failed.outcome->fault == Fault::infrastructure);
    CHECK(failed.attempt == 1);
    return;
  }
  const Match after = with_events(*heir, id, "started", 2);
  CHECK(after.attempt == 2);
  CHECK(after.spool_folder != before.spool_folder);
  CHECK(entered(after, MatchState::preparing) > entered(before, MatchState::running));
  CHECK(!std::filesystem::exists(before.spool_folder));
  CHECK(count_of(*heir, id, "adopted") == 0);
}

TEST_CASE("who adopts a run may die, too") {
  OutlivingGround ground;
  auto doomed = Runner::open(ground.with_hosted(ground.doomed())).value();
  const std::string id = doomed->submit_match(duel({"hang"})).value().id;
  until(*doomed, id, MatchState::running);
  ground.kill();
  const auto dying_next = std::make_shared<FaultyStore>(ground.store);
  RunnerOptions options = ground.with_hosted(ground.heir());
  options.store = dying_next;
  const auto next = Runner::open(options).value();
  with_events(*next, id, "adopted", 1);
  dying_next->fail_commits(ErrorCode::unavailable);
  ground.ahead = std::chrono::seconds(30);
  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  const Match after = with_events(*heir, id, "adopted", 2);
  CHECK(after.attempt == 1);
  REQUIRE(heir->stop_match(id, "seen enough"));
  CHECK(heir->wait_match(id, patience()).value().state == MatchState::stopped);
}

TEST_CASE("who is closed while he looks for a run leaves it to the next, as it may go on") {
  OutlivingGround ground;
  auto doomed = Runner::open(ground.with_hosted(ground.doomed())).value();
  const std::string id = doomed->submit_match(duel({"hang"})).value().id;
  until(*doomed, id, MatchState::running);
  const Match before = doomed->get_match(id).value();
  ground.kill();
  ground.hosted->silent = true;
  const auto closing = Runner::open(ground.with_hosted(ground.heir())).value();
  until(*closing, id, MatchState::preparing);
  REQUIRE(closing->close(milliseconds(0)));
  ground.hosted->silent = false;
  ground.ahead = std::chrono::seconds(30);
  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  const Match after = with_events(*heir, id, "adopted", 1);
  CHECK(after.attempt == 1);
  CHECK(after.spool_folder == before.spool_folder);
  CHECK(count_of(*heir, id, "started") == 1);
  REQUIRE(heir->stop_match(id, "seen enough"));
  CHECK(heir->wait_match(id, patience()).value().state == MatchState::stopped);
}

TEST_CASE("no run begins before what an earlier one left has ended, also when that cost no attempt") {
  OutlivingGround ground;
  MatchRequest request = duel({"hang"});
  request.inline_game->attempts = 2;
  auto first = Runner::open(ground.with_hosted(ground.heir())).value();
  const std::string id = first->submit_match(request).value().id;
  until(*first, id, MatchState::running);
  ground.hosted->stuck = 1;
  REQUIRE(first->close(milliseconds(0)));
  const auto heir = Runner::open(ground.with_hosted(ground.heir())).value();
  with_events(*heir, id, "started", 2);
  CHECK(count_of(*heir, id, "lapse") == 2);  // of the first, and of the heir, who could not begin it at once
  REQUIRE(heir->stop_match(id, "seen enough"));
  CHECK(heir->wait_match(id, patience()).value().state == MatchState::stopped);
}

TEST_CASE("what a run has printed is kept when it is lost and no attempt is left") {
  OutlivingGround ground;
  const auto runner = Runner::open(ground.with_hosted(ground.heir())).value();
  MatchRequest request = solo({"print so far", "event {\"type\": \"progress\"}", "hang"});
  request.inline_game->attempts = 1;
  const Match match = runner->submit_match(request).value();
  with_events(*runner, match.id, "progress", 1);
  ground.hosted->lose_all();
  const Match failed = runner->wait_match(match.id, patience()).value();
  CHECK(failed.state == MatchState::failed);
  REQUIRE(failed.outcome);
  CHECK(failed.outcome->fault == Fault::infrastructure);
  CHECK(failed.outcome->reason.find("; no attempt is left") != std::string::npos);
  CHECK(failed.outcome->seats.at(0).verdict == Verdict::killed);
  CHECK(runner->read_log(match.id, "logs/program.stdout", 0, 100).value().bytes == "so far\n");
  CHECK(std::count_if(failed.artifacts.begin(), failed.artifacts.end(),
                      [](const Artifact& one) { return one.name == "logs/program.stdout" && one.bytes == 7; }) == 1);
}
