// SPDX-License-Identifier: Apache-2.0
// Several executors: which match goes to which.
#include "open/executor_choice.hpp"

#include "catch.hpp"
#include "matchrunner/open.hpp"

using namespace matchrunner;

namespace {

// Tells by its error that a match has come to it.
class Named final : public Executor {
 public:
  Named(std::string name, ExecutorCapabilities can) : name_(std::move(name)), can_(std::move(can)) {
    can_.isolation.tier = name_;
  }
  ExecutorCapabilities capabilities() const override { return can_; }
  Result<void> prepare(const MatchPlan&, const Context&) override { return came(); }
  Result<std::unique_ptr<Run>> start(const MatchPlan&, const Context&) override { return came(); }
  Result<std::unique_ptr<Run>> adopt(const MatchPlan&, const Context&) override { return came(); }

 private:
  Error came() const { return {ErrorCode::conflict, name_}; }

  std::string name_;
  ExecutorCapabilities can_;
};

ExecutorChoice choice(const std::string& name, std::vector<Wiring> wirings, bool commands, bool images) {
  ExecutorCapabilities can;
  can.wirings = std::move(wirings);
  can.commands = commands;
  can.images = images;
  can.adopts = images;
  return {name + "://", [name, can] { return Result<std::shared_ptr<Executor>>(std::make_shared<Named>(name, can)); }};
}

ExecutorChoice away(const std::string& name) {
  return {name + "://", [name] {
            return Result<std::shared_ptr<Executor>>(Error{ErrorCode::unavailable, name + " is away"});
          }};
}

MatchPlan plan_of(Wiring wiring, std::vector<Seat> seats) {
  MatchPlan plan;
  plan.game.wiring = wiring;
  plan.game.seats = std::move(seats);
  return plan;
}
Seat by_command() {
  Seat seat;
  seat.command = "true";
  return seat;
}
Seat by_image() {
  Seat seat;
  seat.image = "engine:1";
  return seat;
}

const std::vector<Wiring> pipes{Wiring::none, Wiring::stdio};
const std::vector<Wiring> networks{Wiring::none, Wiring::network};

// By prepare, start and adopt alike.
std::string goes_to(Executor& executor, const MatchPlan& plan) {
  const Context context = Context::within(milliseconds(1000));
  const std::string prepared = executor.prepare(plan, context).error().message;
  CHECK(executor.start(plan, context).error().message == prepared);
  CHECK(executor.adopt(plan, context).error().message == prepared);
  return prepared;
}

}  // namespace

TEST_CASE("each match goes to the first executor that can run it") {
  const auto executor = choose_executor({choice("sandbox", pipes, true, false), choice("docker", networks, false, true),
                                         choice("both", networks, true, true)})()
                            .value();
  CHECK(goes_to(*executor, plan_of(Wiring::none, {by_command()})) == "sandbox");
  CHECK(goes_to(*executor, plan_of(Wiring::stdio, {by_command(), by_command()})) == "sandbox");
  CHECK(goes_to(*executor, plan_of(Wiring::none, {by_image()})) == "docker");
  CHECK(goes_to(*executor, plan_of(Wiring::network, {by_image()})) == "docker");
  CHECK(goes_to(*executor, plan_of(Wiring::network, {by_command()})) == "both");
  CHECK(goes_to(*executor, plan_of(Wiring::none, {by_image(), by_command()})) == "both");

  const auto sandboxed = executor->capabilities_for(plan_of(Wiring::none, {by_command()}));
  CHECK(sandboxed.isolation.tier == "sandbox");
  CHECK_FALSE(sandboxed.adopts);
  CHECK(executor->capabilities_for(plan_of(Wiring::none, {by_image()})).adopts);
}

TEST_CASE("what none of them can run is told with their names") {
  const auto executor = choose_executor({choice("sandbox", pipes, true, false)})().value();
  const auto prepared = executor->prepare(plan_of(Wiring::none, {by_image()}), Context::within(milliseconds(1000)));
  REQUIRE(!prepared);
  CHECK(prepared.error().code == ErrorCode::unsupported);
  CHECK(prepared.error().message.find("sandbox://") != std::string::npos);
}

TEST_CASE("an executor that is away holds up only what the others cannot run") {
  const auto executor = choose_executor({away("docker"), choice("sandbox", pipes, true, false)})().value();
  CHECK(goes_to(*executor, plan_of(Wiring::none, {by_command()})) == "sandbox");
  CHECK(goes_to(*executor, plan_of(Wiring::none, {by_image()})) == "docker is away");
  CHECK(executor->prepare(plan_of(Wiring::none, {by_image()}), Context::within(milliseconds(1000))).error().code ==
        ErrorCode::unavailable);
}

TEST_CASE("several URLs open several executors, and each has to be one") {
  CHECK(open_executor("memory:// memory://"));
  const auto wrong = open_executor("memory:// nonsense://x");
  REQUIRE(!wrong);
  CHECK(wrong.error().code == ErrorCode::invalid_argument);
  CHECK(wrong.error().message.find("nonsense") != std::string::npos);
  CHECK(open_executor("").error().code == ErrorCode::invalid_argument);
  CHECK(open_executor("  ").error().code == ErrorCode::invalid_argument);
}
