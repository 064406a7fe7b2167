// SPDX-License-Identifier: Apache-2.0
// RunWatch: sees one run through to its end, look by look: reports into the journal, leases to the executor, stops and
// deadlines into the run. Used by the worker's thread alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/match_claim.hpp"

namespace matchrunner {

class RunWatch {
 public:
  // `told`: seats whose ends are in the journal already.
  RunWatch(RunnerState& state, MatchClaim& claim, Run& run, milliseconds grace, std::vector<std::string> told = {})
      : state_(state), claim_(claim), run_(run), grace_(grace), told_(std::move(told)) {}

  enum class End : unsigned char {
    ended,      // the run told so; the facts are complete
    abandoned,  // the lease is lost, or the runner closes: end the run, write nothing
    lost,       // the executor lost the run
  };
  // One look and what was reported until then; nothing: the run goes on.
  std::optional<End> look();

  const std::vector<SeatReport>& seats() const { return seats_; }
  const std::string& infrastructure_error() const { return infrastructure_error_; }
  bool deadline_passed() const { return asked_ == Signal::deadline_passed; }
  bool stopped() const { return asked_ == Signal::stop_requested; }

 private:
  std::optional<End> look_up();
  End lose(const Error& error);
  std::optional<End> take(const RunReport& report, std::vector<Event>& events);
  void note(std::vector<Event> events);

  RunnerState& state_;
  MatchClaim& claim_;
  Run& run_;
  const milliseconds grace_;
  const std::vector<std::string> told_;
  std::optional<Signal> asked_;  // why the run was told to end
  BootClock::time_point told_deadline_{};
  std::vector<SeatReport> seats_;
  std::string infrastructure_error_;
};

}  // namespace matchrunner
