// SPDX-License-Identifier: Apache-2.0
// What still waits to leave the store or the spool, and why: events for a sink, artifacts of a match. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matchrunner/base/time.hpp"

namespace matchrunner {

// What still waits for one event sink.
struct OutboxStatus {
  std::string sink;
  std::uint64_t published = 0;          // sequence up to which it has everything
  std::uint64_t waiting = 0;            // events behind that
  std::string last_error;               // empty: none
  std::uint32_t failures = 0;           // tries in a row that failed
  std::optional<Time> failing_since;    // of the first of them
  std::optional<Time> next_attempt_at;  // the next try, while it fails

  bool operator==(const OutboxStatus&) const = default;
};

// A match that has ended and whose artifacts are not all stored.
struct WaitingArtifacts {
  std::string match;
  std::uint64_t waiting = 0;  // artifacts that no sink has yet, as far as they are known
  std::string last_error;     // empty: they are being stored now
  std::string host;           // whose spool has them: only runners there can store them
  std::optional<Time> since;  // the match ended
  std::optional<Time> next_attempt_at;

  bool operator==(const WaitingArtifacts&) const = default;
};

}  // namespace matchrunner
