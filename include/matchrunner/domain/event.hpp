// SPDX-License-Identifier: Apache-2.0
// Event: what happened, written to the journal in the same commit as the change it tells of. A plain value.
#pragma once

#include <cstdint>
#include <string>

#include "matchrunner/base/time.hpp"

namespace matchrunner {

struct Event {
  std::uint64_t sequence = 0;  // set by the store: 1, 2, ..., visible in this order
  Time at{};                   // set by the store
  std::string kind;            // of the record it is about: "match", "game", ...
  std::string subject;         // that record's id
  std::uint64_t epoch = 0;     // that record's epoch
  std::string type;            // "submit", then the machine's events ("claim", "started", ...), "progress", "score",
                               // "seat_ended", "stored", ...
  std::string body = "{}";     // JSON object; docs/events.md lists the fields of each type

  bool operator==(const Event&) const = default;
};

}  // namespace matchrunner
