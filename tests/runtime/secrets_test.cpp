// SPDX-License-Identifier: Apache-2.0
// Secrets of a match: sealed in the store where there is a key, and there for its programs all the same.
#include "base/base64.hpp"
#include "catch.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

const std::string a_key = base64url(std::string(32, 'k'));

MatchRequest with_a_secret() {
  MatchRequest request = solo({"exit 0"});
  request.id = "m1";
  Seat& seat = request.seats.emplace_back();
  seat.name = "program";
  seat.secrets = {{"TOKEN", "hush-1"}};
  return request;
}

// Executors that note what the program's variable TOKEN would be.
class NotingExecutor : public Executor {
 public:
  explicit NotingExecutor(std::string& token) : token_(token), executor_(make_memory_executor()) {}
  ExecutorCapabilities capabilities() const override { return executor_->capabilities(); }
  Result<void> prepare(const MatchPlan& plan, const Context& context) override {
    token_ = plan.game.seats[0].environment.at("TOKEN");
    return executor_->prepare(plan, context);
  }
  Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) override {
    return executor_->start(plan, context);
  }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) override {
    return executor_->adopt(plan, context);
  }

 private:
  std::string& token_;
  std::shared_ptr<Executor> executor_;
};

std::string body_in_store(const Ground& ground) {
  return ground.store->find({"match", "m1"}, patience()).value().value().body;
}

}  // namespace

TEST_CASE("with a key, secrets are sealed in the store and reach the program") {
  const Ground ground;
  std::string token;
  RunnerOptions options = ground.options();
  options.secret_key = a_key;
  options.executor = [&token] { return Result<std::shared_ptr<Executor>>(std::make_shared<NotingExecutor>(token)); };
  const auto runner = Runner::open(options).value();
  const Match match = played(*runner, with_a_secret());
  CHECK(match.state == MatchState::finished);
  CHECK(token == "hush-1");
  CHECK(match.request.seats[0].secrets.at("TOKEN").empty());
  CHECK(body_in_store(ground).find("hush-1") == std::string::npos);
  CHECK(body_in_store(ground).find(R"("sealed":"v1.)") != std::string::npos);
  CHECK(runner->submit_match(with_a_secret()).value().version == match.version);  // the same wish
}

TEST_CASE("a match whose secrets are sealed under another key fails, and says so") {
  const Ground ground;
  RunnerOptions watching = ground.watching();
  watching.secret_key = a_key;
  REQUIRE(Runner::open(watching).value()->submit_match(with_a_secret()));
  RunnerOptions options = ground.options();
  options.secret_key = base64url(std::string(32, 'o'));
  const Match match = Runner::open(options).value()->wait_match("m1", patience()).value();
  CHECK(match.state == MatchState::failed);
  CHECK(match.outcome->fault == Fault::infrastructure);
  CHECK(match.outcome->reason.find("MATCHRUNNER_SECRET_KEY") != std::string::npos);
}

TEST_CASE("a runner does not open with a key that is none") {
  const Ground ground;
  RunnerOptions options = ground.options();
  options.secret_key = "hush";
  const auto runner = Runner::open(options);
  REQUIRE_FALSE(runner);
  CHECK(runner.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("commands may have secrets only where there is a key to seal them under") {
  for (const bool sealing : {false, true}) {
    const Ground ground;
    const auto source = make_memory_commands();
    RunnerOptions options = ground.options();
    options.sources = {source};
    options.secret_key = sealing ? a_key : "";
    const auto runner = Runner::open(options).value();
    auto events = runner->events({}).value();
    source->send({"c1", R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats":
        [{"name": "program", "custom": {}, "arguments": ["exit 0"]}]}, "seats": [{"name": "program",
        "secrets": {"TOKEN": "hush-1"}}]}})",
                  "asker", "c1"});
    std::string answer;
    while (const auto event = events->next(patience()).value())
      if (event->type == "reply") {
        answer = event->body;
        break;
      }
    CHECK(answer.find("hush-1") == std::string::npos);
    CHECK((answer.find("data.seats[0].secrets: expected none, as MATCHRUNNER_SECRET_KEY") != answer.npos) != sealing);
    CHECK(runner->find_match("m1").value().has_value() == sealing);
    if (sealing) CHECK(body_in_store(ground).find("hush-1") == std::string::npos);
  }
}
