// SPDX-License-Identifier: Apache-2.0
// MatchWorker: one thread with one executor that claims matches and runs them, one after another.
// start() and join() by the runner's thread; everything else happens on its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/collector.hpp"
#include "runtime/match_claim.hpp"
#include "runtime/run_watch.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class MatchWorker {
 public:
  MatchWorker(RunnerState& state, Collector& collector) : state_(state), collector_(collector) {}
  ~MatchWorker() { join(); }

  void start();
  void join();  // after RunnerState::work is closed; ends once its match has

  // The steps of the thread, for whoever has not started it. take: claims the next match and starts its run; false:
  // there was none. look: one look at that run; false: there is none any more.
  bool take();
  bool look();

 private:
  // A match of which a run is under way.
  struct Play {
    std::unique_ptr<MatchClaim> claim;
    MatchPlan plan;
    std::vector<std::string> seats_told = {};  // whose ends are in the journal: of a run that was adopted
    std::unique_ptr<Run> run = nullptr;
    std::optional<RunWatch> watch = std::nullopt;
  };

  void run();
  void note_claim(const Result<void>& claimed);
  void finish(Play play, RunWatch::End end);

  // match_begin.cpp
  // From `preparing` to a run under way; null: the match is dealt with.
  std::unique_ptr<Run> begin(Play& play);
  // The run that the match had when its runner died; `not_found`: it is gone.
  Result<std::unique_ptr<Run>> adopt(Play& play, const Context& context);
  bool begin_anew(Play& play);
  Result<void> set_out(Play& play, MatchEvent event, const Run* run);

  Result<Executor*> executor();
  Result<bool> end_former_run(const std::string& id);
  void lose(Play& play, const Error& error);
  void lack_room(Play& play, const Error& error);
  void give_back(Play& play, const std::string& why, bool counts, const std::vector<SeatReport>& seats = {});
  void fail(Play& play, const Error& error, const std::vector<SeatReport>& seats = {});
  void note_failure(MatchClaim& claim, const Result<void>& committed);

  RunnerState& state_;
  Collector& collector_;
  std::shared_ptr<Executor> executor_;
  bool executor_is_needed_ = false;                     // before the next claim: the last one was lost
  std::optional<BootClock::time_point> failing_since_;  // the store has refused every claim since then
  std::unique_ptr<Play> play_;                          // null: none
  std::thread thread_;
};

}  // namespace matchrunner
