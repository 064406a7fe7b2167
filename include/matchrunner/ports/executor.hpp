// SPDX-License-Identifier: Apache-2.0
// Executor: starts the seats of a match and reports what becomes of them; a Run is one match under way.
// Used by one thread at a time, and so are its runs; a runner makes one executor for each of its workers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner {

struct ExecutorCapabilities {
  std::vector<Wiring> wirings;  // that it can make
  bool commands = false;        // seats by `command`
  bool images = false;          // seats by `image`
  bool custom = false;          // seats by `custom`
  bool adopts = false;          // adopt() can find a run again after its runner died
  Isolation isolation;          // what will hold the seats
};

class Run {
 public:
  virtual ~Run() = default;  // still under way: ends it at once and leaves no process

  // Where each seat can be reached, in the order of the plan's seats.
  virtual std::vector<SeatEndpoint> endpoints() const = 0;

  // The next report, or nothing when the context's deadline passed without one. `cancelled` by the context's stop
  // token leaves the run as it is. `unavailable`: the run is lost; whatever it had started is ended.
  virtual Result<std::optional<RunReport>> poll(const Context& context) = 0;

  // Asks all seats to end (SIGTERM), and kills what is left after `grace`. Returns at once; poll() on until `ended`.
  virtual Result<void> stop(milliseconds grace) = 0;

  // The runner's lease goes on: do not kill before `deadline`.
  virtual Result<void> extend_lease(BootClock::time_point deadline) = 0;
};

class Executor {
 public:
  virtual ~Executor() = default;

  virtual ExecutorCapabilities capabilities() const = 0;

  // For this match: other than capabilities() where matches are handed on. No wirings: whoever would get it is away.
  virtual ExecutorCapabilities capabilities_for(const MatchPlan&) { return capabilities(); }

  // Makes ready what takes long or may be wrong: files, programs, images. Starts nothing.
  // `not_found`: a command that does not exist or cannot be seen by the seat; the message says which.
  virtual Result<void> prepare(const MatchPlan& plan, const Context& context) = 0;

  // Starts every seat, or none: on an error no process is left, and what seats have printed is in the folder.
  virtual Result<std::unique_ptr<Run>> start(const MatchPlan& plan, const Context& context) = 0;

  // After a crash of the runner: the run of this match whose folder the plan names, if it goes on, or has come to its
  // end since; it belongs to the plan's epoch from then on, and whoever had it can do nothing to it any more.
  // `not_found`: there is no such run, or not all of it. All other runs of the match (of its unique_id) with an older
  // epoch on this host or engine are ended before it returns, and so is that one when it is not found. `unsupported`:
  // see capabilities(). The run tells the ends of all its seats, also of those that ended long ago, and of its lines
  // those that come after the first `lines_told` of the plan. Its logs and files are in the folder in the end as if
  // nothing had happened.
  virtual Result<std::unique_ptr<Run>> adopt(const MatchPlan& plan, const Context& context) = 0;
};

}  // namespace matchrunner
