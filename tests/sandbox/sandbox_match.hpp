// SPDX-License-Identifier: Apache-2.0
// SandboxMatch: one match in a sandbox for a test: seats are added, it is played, and what it told is kept. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "matchrunner/adapters/sandbox.hpp"
#include "temporary_folder.hpp"

namespace matchrunner {

// With the tier that MATCHRUNNER_TEST_TIER names, or the strongest of this user.
SandboxOptions test_options();

// The executor of this test program; made once.
Executor& sandbox_executor();

class SandboxMatch {
 public:
  explicit SandboxMatch(Wiring wiring = Wiring::none);

  // A program that runs `script` by sh -c.
  Seat& program(const std::string& script) { return add("main", SeatRole::program, "sh", {"-c", script}); }
  Seat& add(const std::string& name, SeatRole role, const std::string& command, std::vector<std::string> arguments);

  MatchPlan& plan() { return plan_; }
  Run& start();  // REQUIREs that it starts
  Run& run() { return *run_; }
  void drop() { run_.reset(); }

  // Polls until the run has ended, or until this seat has.
  void follow(const std::string& until_seat = {});
  // Of a run whose end nobody can judge: what poll() says instead.
  ErrorCode follow_until_lost();
  SandboxMatch& play();

  const SeatReport& seat(const std::string& name = "main") const { return seats_.at(name); }
  bool has_ended(const std::string& name) const { return seats_.count(name) > 0; }
  const std::vector<std::string>& lines() const { return lines_; }
  const std::string& infrastructure_error() const { return infrastructure_error_; }
  std::string log(const std::string& name) const;  // "main.stdout"
  std::string spool(const std::string& name) const { return folder_ / name; }

 private:
  TemporaryFolder folder_;
  MatchPlan plan_;
  std::unique_ptr<Run> run_;
  std::map<std::string, SeatReport> seats_;
  std::vector<std::string> lines_;
  std::string infrastructure_error_;
};

}  // namespace matchrunner
