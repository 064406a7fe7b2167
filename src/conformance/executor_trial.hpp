// SPDX-License-Identifier: Apache-2.0
// ExecutorTrial: a fresh Executor with the steps that its checks are written in. One thread.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/digest.hpp"
#include "conformance/trial.hpp"

namespace matchrunner::conformance {

using ExecutorCheck = Check<Executor, ExecutorCapabilities>;
using ExecutorSubject = Subject<Executor>;
using Steps = std::vector<SeatStep>;

inline bool by_command(const ExecutorCapabilities& can) { return can.commands; }
// Seats that are processes, so that time passes for them.
inline bool by_program(const ExecutorCapabilities& can) { return can.commands || can.images; }
inline bool can_wire(const ExecutorCapabilities& can) {
  for (const Wiring wiring : can.wirings)
    if (wiring == Wiring::stdio) return true;
  return false;
}

// All that a run told, until it ended.
struct Story {
  std::vector<RunReport> reports;
  bool lost = false;  // poll() said `unavailable`

  const SeatReport* seat(const std::string& name) const {
    for (const RunReport& report : reports)
      if (report.kind == RunReport::Kind::seat_ended && report.seat.seat == name) return &report.seat;
    return nullptr;
  }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const RunReport& report : reports)
      if (report.kind == RunReport::Kind::line) all.push_back(report.text);
    return all;
  }
  bool ended() const { return !reports.empty() && reports.back().kind == RunReport::Kind::ended; }
};

inline std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}
inline bool exists(const std::string& path) { return std::ifstream(path).good(); }

class ExecutorTrial {
 public:
  // `fresh` false: on the ground of the last fresh one, as another runner would.
  ExecutorTrial(ExecutorSubject& subject, Expect& expect, bool fresh = true)
      : subject_(subject), expect_(expect), executor_(open(subject, expect, fresh)) {}

  explicit operator bool() const { return executor_ != nullptr; }
  Executor& executor() const { return *executor_; }

  Seat seat(const std::string& name, SeatRole role, const Steps& steps) const {
    Seat made = subject_.seat(steps);
    made.name = name;
    made.role = role;
    made.limits = merged(made.limits, default_limits());
    made.on_output_limit = OnOutputLimit::cut;
    return made;
  }

  // A match of one program, in a spool folder of its own.
  MatchPlan program(const Steps& steps) const { return plan(Wiring::none, {seat("main", SeatRole::program, steps)}); }

  // A match of a referee and players called "white" and "black".
  MatchPlan duel(const Steps& referee, const Steps& white, const Steps& black) const {
    return plan(Wiring::stdio, {seat("referee", SeatRole::referee, referee), seat("white", SeatRole::player, white),
                                seat("black", SeatRole::player, black)});
  }

  std::unique_ptr<Run> start(const MatchPlan& plan) const {
    if (!succeeds(expect_, executor_->prepare(plan, patient()), "prepare")) return nullptr;
    auto run = executor_->start(plan, patient());
    if (!succeeds(expect_, run, "start")) return nullptr;
    return *std::move(run);
  }

  // Polls until the run has ended.
  Story follow(Run& run) const {
    Story story;
    while (!story.ended() && !story.lost) {
      auto report = run.poll(patient());
      story.lost = !report && report.error().code == ErrorCode::unavailable;
      if (story.lost || !succeeds(expect_, report, "poll") || !expect_(report->has_value(), "the run ends in time"))
        break;
      story.reports.push_back(**std::move(report));
    }
    return story;
  }

  Story play(const MatchPlan& plan) const {
    const auto run = start(plan);
    return run ? follow(*run) : Story{};
  }

  // The seat's report; a default one when there is none, which is a failure.
  SeatReport report_of(const Story& story, const std::string& name) const {
    const SeatReport* report = story.seat(name);
    return expect_(report != nullptr, "seat " + name + " is reported") ? *report : SeatReport{};
  }
  void verdict(const Story& story, const std::string& name, Verdict wanted) const {
    const Verdict found = report_of(story, name).verdict;
    expect_(found == wanted, "seat " + name + ": expected " + std::string(to_string(wanted)) + ", found " +
                                 std::string(to_string(found)));
  }

 private:
  MatchPlan plan(Wiring wiring, std::vector<Seat> seats) const {
    // Others on this host may be checking their executor, too.
    static const std::string prefix = "executor-check-" + random_hex(4) + "-";
    static std::uint64_t number = 0;
    MatchPlan made;
    made.match_id = prefix + std::to_string(++number);
    made.unique_id = random_hex(16);
    made.epoch = 1;
    made.game.name = "check";
    made.game.wiring = wiring;
    made.game.seats = std::move(seats);
    made.lease_deadline = BootClock::now() + std::chrono::hours(1);
    auto folder = subject_.spool_folder();
    if (succeeds(expect_, folder, "spool_folder")) made.spool_folder = *std::move(folder);
    for (const char* below : {"/logs", "/output", "/work"})  // as a runner does
      std::filesystem::create_directories(made.spool_folder + below);
    return made;
  }

  ExecutorSubject& subject_;
  Expect& expect_;
  std::shared_ptr<Executor> executor_;
};

}  // namespace matchrunner::conformance
