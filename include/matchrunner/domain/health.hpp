// SPDX-License-Identifier: Apache-2.0
// Health: how the parts that a runner depends on answered it last. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/base/time.hpp"

namespace matchrunner {

// A store, an executor, the sink of artifacts, a source or a sink of events, as the threads of one runner met it.
struct PartHealth {
  std::string name;                   // "store", "executor", "artifacts", "source 0", "sink audit"
  std::uint64_t done = 0;             // commands stored, events published; of the others: 0
  std::uint64_t refused = 0;          // commands that were none
  std::uint32_t failures = 0;         // in a row; 0: it answers
  std::uint64_t recoveries = 0;       // times that it answered again
  std::string last_error;             // of the failures; empty: it answers
  std::optional<Time> failing_since;  // the first of them

  bool operator==(const PartHealth&) const = default;
};

struct RunnerHealth {
  std::vector<PartHealth> parts;  // the store first, then executor and artifacts, where matches run here
  std::uint32_t workers = 0;      // matches that may run here at once
  bool taking = false;            // no close() has begun
  milliseconds silent{0};         // since the keeper's last look at the store began
  std::string name;               // of the runner, as in Match::holder

  bool operator==(const RunnerHealth&) const = default;
};

}  // namespace matchrunner
