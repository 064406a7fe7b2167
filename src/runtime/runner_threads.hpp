// SPDX-License-Identifier: Apache-2.0
// RunnerThreads: the threads of one runner, and the order in which they begin and end.
// Safe from any thread, the destructor excepted.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "runtime/collector.hpp"
#include "runtime/intake.hpp"
#include "runtime/keeper.hpp"
#include "runtime/match_worker.hpp"
#include "runtime/outbox.hpp"
#include "runtime/runner_state.hpp"

namespace matchrunner {

class RunnerThreads {
 public:
  static Result<std::unique_ptr<RunnerThreads>> open(RunnerOptions options);
  ~RunnerThreads() { close(milliseconds(0)); }

  RunnerState& state() { return state_; }

  // The pool has that many slots now: where workers were to be as many, more are started. Those that are too many stay
  // and find no slot.
  void follow_pool(std::uint32_t slots);

  RunnerHealth health() const;

  // Intake ends, matches under way get `grace`, then go back to the queue; artifacts and sinks are flushed. Idempotent;
  // called meanwhile on another thread with no grace, it cuts the grace short.
  void close(milliseconds grace);

 private:
  RunnerThreads(RunnerOptions options, Spool spool, std::string host, SecretKeys keys, std::uint64_t head, bool works,
                bool follows);

  void add_workers(std::size_t count);

  RunnerState state_;
  Collector collector_;
  Keeper keeper_;
  const bool follows_pool_;  // as many workers as slots
  mutable Mutex growing_;
  std::vector<std::unique_ptr<MatchWorker>> workers_ MATCHRUNNER_GUARDED_BY(growing_);
  std::vector<std::unique_ptr<Outbox>> outboxes_;
  std::vector<std::unique_ptr<Intake>> intakes_;
  std::stop_source hurry_;
  Mutex closing_;
  bool closed_ MATCHRUNNER_GUARDED_BY(closing_) = false;
};

}  // namespace matchrunner
