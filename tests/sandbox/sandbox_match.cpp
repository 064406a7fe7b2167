// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandbox_match.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "catch.hpp"

namespace matchrunner {

SandboxOptions test_options() {
  SandboxOptions options;
  const char* const tier = std::getenv("MATCHRUNNER_TEST_TIER");
  options.tier = value_of(tiers, tier == nullptr ? "full" : tier).value();
  // Nothing weaker than what is to be tested.
  options.policy = tier == nullptr              ? IsolationPolicy::require
                   : options.tier == Tier::none ? IsolationPolicy::allow_none
                                                : IsolationPolicy::prefer;
  return options;
}

Executor& sandbox_executor() {
  static const auto executor = make_sandbox_executor(test_options());
  if (!executor) FAIL(executor.error().describe());
  return **executor;
}

SandboxMatch::SandboxMatch(Wiring wiring) {
  static int number = 0;
  plan_.match_id = "test-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  plan_.epoch = 1;
  plan_.spool_folder = folder_.path();
  plan_.game.name = "test";
  plan_.game.wiring = wiring;
  plan_.game.settings = "{\"seconds\": 10}";
}

Seat& SandboxMatch::add(const std::string& name, SeatRole role, const std::string& command,
                        std::vector<std::string> arguments) {
  Seat& seat = plan_.game.seats.emplace_back();
  seat.name = name;
  seat.role = role;
  seat.command = command;
  seat.arguments = std::move(arguments);
  seat.limits = default_limits();
  seat.on_output_limit = OnOutputLimit::cut;
  return seat;
}

Run& SandboxMatch::start() {
  const auto prepared = sandbox_executor().prepare(plan_, Context::within(milliseconds(30000)));
  if (!prepared) FAIL(prepared.error().describe());
  auto run = sandbox_executor().start(plan_, Context::within(milliseconds(30000)));
  if (!run) FAIL(run.error().describe());
  run_ = *std::move(run);
  return *run_;
}

ErrorCode SandboxMatch::follow_until_lost() {
  while (true) {
    const auto report = run_->poll(Context::within(milliseconds(120000)));
    if (!report) return report.error().code;
    REQUIRE(report->has_value());
    REQUIRE((*report)->kind != RunReport::Kind::ended);
  }
}

void SandboxMatch::follow(const std::string& until_seat) {
  while (true) {
    const auto report = run_->poll(Context::within(milliseconds(120000)));
    if (!report) FAIL(report.error().describe());
    REQUIRE(report->has_value());
    switch ((*report)->kind) {
      case RunReport::Kind::line:
        lines_.push_back((*report)->text);
        break;
      case RunReport::Kind::dropped:
        lines_.push_back("dropped " + std::to_string((*report)->dropped_lines));
        break;
      case RunReport::Kind::seat_ended:
        seats_[(*report)->seat.seat] = (*report)->seat;
        if ((*report)->seat.seat == until_seat) return;
        break;
      case RunReport::Kind::ended:
        infrastructure_error_ = (*report)->infrastructure_error;
        return;
    }
  }
}

SandboxMatch& SandboxMatch::play() {
  start();
  follow();
  return *this;
}

std::string SandboxMatch::log(const std::string& name) const {
  std::ifstream file(spool("logs/" + name), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace matchrunner
