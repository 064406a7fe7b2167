// SPDX-License-Identifier: Apache-2.0
// MatchClaim: a match that this runner holds under lease, and with it the slot it runs in.
// Used by one thread at a time (worker, then collector). Destroyed: the lease is no longer renewed, nothing is written.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/runner_state.hpp"

namespace matchrunner {

// One commit about a held match.
struct MatchChange {
  std::function<Result<void>(Match&)> apply = nullptr;  // may run more than once, on fresh copies; nothing: only events
  std::vector<Event> events = {};
  bool release = false;       // gives the match back
  bool release_slot = false;  // gives its slot back
  std::optional<Time> due_at = std::nullopt;
  std::optional<milliseconds> patience = std::nullopt;  // given up then; nothing: not before the lease ends
};

// Its run may have outlived its runner on this host: no other match gets its slot before it has been gone on with.
bool goes_next_in_its_slot(const RunnerState& state, const Match& match);

class MatchClaim {
 public:
  // Sees to it that nothing of the run of a match that lost its slot goes on; false: it still may.
  using EndFormer = std::function<Result<bool>(const std::string& match)>;

  // The queued match that goes next, and a slot for it; null: there is none or no slot is free. A slot that lapsed is
  // free once `end_former` says so, for the limit counts what runs.
  static Result<std::unique_ptr<MatchClaim>> take_next(RunnerState& state, const EndFormer& end_former);

  // A match that has run and whose artifacts nobody looks after now, or one that `change` brings there; null: somebody
  // was faster.
  static Result<std::unique_ptr<MatchClaim>> take_over(RunnerState& state, const StoredMatch& stored,
                                                       const MatchChange& change = {});

  ~MatchClaim();
  MatchClaim(const MatchClaim&) = delete;
  MatchClaim& operator=(const MatchClaim&) = delete;

  const Match& match() const { return match_; }
  std::string stop_reason();  // of who asked for the stop; read anew, as a signal comes faster than the record
  Lease& lease() { return *lease_; }
  bool held() const { return !released_; }  // until a commit gave it back

  // Applies the change to the newest version of the record, again after each lost race, until the lease ends.
  // What was done although its answer was lost is not done twice.
  // `conflict`: the lease is lost (Signal::lost is raised). Other errors: the store did not take it in time.
  Result<void> commit(const MatchChange& change);

 private:
  MatchClaim(RunnerState& state, Match match, std::shared_ptr<Lease> lease, std::shared_ptr<Lease> slot);

  Result<void> reread(const Context& context);
  Result<bool> was_done(const Batch& batch, std::uint64_t since, const Context& context);
  void note_release(const MatchChange& change);
  Result<Write> slot_write(const Context& context);

  RunnerState& state_;
  Match match_;
  std::optional<Time> due_at_;
  std::shared_ptr<Lease> lease_;
  bool released_ = false;
  std::shared_ptr<Lease> slot_;  // null: it has none, or gave it back
};

}  // namespace matchrunner
