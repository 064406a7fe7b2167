// SPDX-License-Identifier: Apache-2.0
// MatchCounters: what became of the matches that one runner had, since it began. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "base/mutex.hpp"
#include "codec/service_text.hpp"
#include "runtime/service/match_board.hpp"

namespace matchrunner {

// How often something took how long.
struct Histogram {
  static constexpr std::array<double, 13> bounds{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400};
  std::array<std::uint64_t, bounds.size()> counts{};  // up to each bound, those below included
  std::uint64_t count = 0;
  double sum = 0;

  void observe(double seconds);
};

struct MatchCounts {
  std::map<std::pair<MatchState, Fault>, std::uint64_t> ended;
  std::map<Verdict, std::uint64_t> verdicts;
  std::uint64_t lapses = 0;
  std::uint64_t artifacts = 0;
  std::uint64_t artifact_bytes = 0;
  Histogram queue_seconds;
  Histogram run_seconds;
};

class MatchCounters {
 public:
  void count(const MatchBoard::Step& step, const EventFacts& facts);
  void count_stored(const EventFacts& facts);
  MatchCounts counts() const;

 private:
  mutable Mutex mutex_;
  MatchCounts counts_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner
