// SPDX-License-Identifier: Apache-2.0
// MatchBoard: the matches of a store that have not ended, and those that ended lately, as the journal tells of them: a
// match goes from state to state by its table, so nothing is counted in the store. Safe from any thread.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "codec/service_text.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/service_status.hpp"

namespace matchrunner {

class MatchBoard {
 public:
  // A match as it stands in the store. Events that are older than that are no steps of its table, and change nothing.
  void add(const Match& match);

  struct Step {
    MatchEvent event = MatchEvent::claim;
    LiveMatch before;
    LiveMatch after;
    std::string by;  // the runner that did it; empty: none, as for one that is stopped in the queue
  };
  // Where this event leads its match; nothing: nowhere.
  std::optional<Step> follow(const Event& event, const EventFacts& facts);

  // Fills in the matches; of those under way here, by `holder`, how many hold a slot.
  void show(ServiceStatus& status, const std::string& holder) const;

  std::optional<Time> oldest_queued() const;

 private:
  void begin(const Event& event, const EventFacts& facts) MATCHRUNNER_REQUIRES(mutex_);
  void end(const LiveMatch& match, const EventFacts& facts) MATCHRUNNER_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, LiveMatch> live_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::deque<EndedMatch> ended_ MATCHRUNNER_GUARDED_BY(mutex_);  // latest first
};

}  // namespace matchrunner
