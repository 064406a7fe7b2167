// SPDX-License-Identifier: Apache-2.0
// Delivery: one try to bring what a match left in the spool to the sinks, by several threads. Each artifact goes
// through
//
//   waiting -> under way -> stored   its URI is known
//                        -> refused  it alone: the others go on
//           -> left                  a sink is away, the runner closes or the lease is lost: for the next try
//
// The try is over once none is waiting or under way. Whoever settled the last one, and nobody else, then has what came
// of it, in order of names, and commits it (match_end.hpp): the URIs of all that are stored, whatever became of the
// others. Until then nothing is committed: of a process that is killed the next try begins with all of them, where the
// sink resumes by the tokens in the spool. Made by one thread; take() and bring() from any. The claim is only read
// until the try is over.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "runtime/match_claim.hpp"
#include "runtime/match_end.hpp"

namespace matchrunner {

class Delivery {
 public:
  enum class Kind : unsigned char { storing, describing };  // describing: the artifacts follow at another try

  // Lists and describes the artifacts, and finds their sinks; may take long. `leave`: nothing is begun any more, and
  // what is under way is told to end; so it is when the lease is lost.
  Delivery(RunnerState& state, std::unique_ptr<MatchClaim> claim, Kind kind, const std::stop_token& leave);

  // The next artifact, with a place at its sink; nothing: all are taken, or no place is free just now.
  std::optional<std::size_t> take();
  // The same, and waits for a place; nothing: all are taken.
  std::optional<std::size_t> take_patiently();
  // Brings what was taken; true: stored.
  bool bring(std::size_t index);

  // True once, for the caller that is to end it. Asked after each bring(), and once when it was made.
  bool claim_end();

  // Once over.
  Collected collected() const;
  MatchClaim& claim() { return *claim_; }
  std::unique_ptr<MatchClaim> take_claim() { return std::move(claim_); }

 private:
  enum class State : unsigned char { waiting, under_way, stored, refused, left, gone };
  struct Item {
    Artifact artifact;
    std::shared_ptr<SharedArtifacts> sink = nullptr;  // while it is to be brought
    State state = State::stored;                      // or nothing was to be done
    bool entered = false;                             // it holds a place
    std::optional<Error> error = std::nullopt;
    bool of_sink = false;  // it is the sink's error
  };

  void add(const std::string& name, Kind kind);
  void find_sink(Item& item);
  Context context();
  Result<std::string> store(Item& item, const Context& context);
  void note_health(const SharedArtifacts& sink, const Result<std::string>& uri);
  void settle(Item& item, Result<std::string> uri) MATCHRUNNER_REQUIRES(mutex_);

  RunnerState& state_;
  std::unique_ptr<MatchClaim> claim_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> on_leave_, on_loss_;
  std::optional<Error> spool_error_;
  bool surplus_ = false;
  bool away_ = false;  // a sink, when it was to be opened
  mutable Mutex mutex_;
  std::vector<Item> items_;  // of each the state is guarded, the rest belongs to who took it
  std::size_t unsettled_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
  bool ended_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
  std::optional<Context::Clock::time_point> deadline_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
