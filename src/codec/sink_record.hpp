// SPDX-License-Identifier: Apache-2.0
// The cursor of an event sink as a record: kind "sink", id = its name. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

struct SinkCursor {
  std::string name;
  std::uint64_t published = 0;  // sequence up to which the sink has everything
  std::string last_error = {};
  std::uint32_t failures = 0;                          // tries in a row that failed
  std::optional<Time> failing_since = std::nullopt;    // when the first of them did
  std::optional<Time> next_attempt_at = std::nullopt;  // when the next try is due
};
Record to_record(const SinkCursor& cursor);
Result<SinkCursor> sink_cursor_from(const Record& record);

}  // namespace matchrunner
