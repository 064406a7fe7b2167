// SPDX-License-Identifier: Apache-2.0
// JournalFollower: reads the journal on a thread of its own, keeps the board and the counters by it, tells the log, and
// looks every two seconds at what no event tells: pools, cursors of sinks, artifacts that wait.
// start() and join() by one thread; what it knows may be asked from any.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.hpp"
#include "matchrunner/runner.hpp"
#include "runtime/service/log_queue.hpp"
#include "runtime/service/match_board.hpp"
#include "runtime/service/match_counters.hpp"

namespace matchrunner {

// What it saw in the store last.
struct StoreFacts {
  std::vector<PoolStatus> pools;
  std::vector<OutboxStatus> sinks;
  std::map<std::string, Time> oldest_waiting;  // by sink: the first event that it has not got
  std::vector<WaitingArtifacts> artifacts;
};

class JournalFollower {
 public:
  // `asked_to_end`: what to do when a command asks `holder` to end; called on the follower's thread.
  JournalFollower(Runner& runner, std::shared_ptr<StateStore> store, LogQueue& log, std::string holder,
                  std::function<void()> asked_to_end)
      : runner_(runner),
        store_(std::move(store)),
        log_(log),
        holder_(std::move(holder)),
        asked_to_end_(std::move(asked_to_end)) {}
  ~JournalFollower() { stop(); }

  // Reads what has not ended, then follows from where the journal was before.
  Result<void> start();

  // Reads on until the closed runner's journal has been told, or cannot be read; then the thread ends.
  void join();

  const MatchBoard& board() const { return board_; }
  MatchCounts counts() const { return counters_.counts(); }
  StoreFacts facts() const;

 private:
  void stop();
  void run(const std::stop_token& stop);
  void follow(const Event& event);
  void tell_answer(const Event& event, const EventFacts& facts);
  void tell(const Event& event, const EventFacts& facts, const MatchBoard::Step* step, bool ours);
  void look_at_store();
  void look_at_parts();

  Runner& runner_;
  const std::shared_ptr<StateStore> store_;
  LogQueue& log_;
  const std::string holder_;  // of the matches that are counted and told
  const std::function<void()> asked_to_end_;
  std::unique_ptr<EventStream> stream_;
  MatchBoard board_;
  MatchCounters counters_;
  mutable Mutex mutex_;
  StoreFacts facts_ MATCHRUNNER_GUARDED_BY(mutex_);
  // The thread's own.
  std::set<std::string> not_stored_;     // matches of this runner that ended
  std::map<std::string, bool> failing_;  // by part
  std::atomic<bool> ending_ = false;
  std::jthread thread_;
};

}  // namespace matchrunner
