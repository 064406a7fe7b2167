// SPDX-License-Identifier: Apache-2.0
// Place: where a record stands in a list, and its text form, the cursor of RecordQuery. Pure values.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

struct Place {
  std::int64_t priority = 0;
  std::uint64_t sequence = 0;

  bool operator==(const Place&) const = default;
  // Less: listed earlier.
  std::strong_ordering operator<=>(const Place& other) const {
    if (const auto order = other.priority <=> priority; order != 0) return order;
    return sequence <=> other.sequence;
  }
};

inline Place place_of(const Record& record) { return {record.priority, record.sequence}; }

// "PRIORITY.SEQUENCE" of the last record of a page.
std::string to_cursor(const Place& place);

// The place after which the list goes on; nothing for an empty cursor. `invalid_argument`: not made by to_cursor.
Result<std::optional<Place>> place_after(std::string_view cursor);

}  // namespace matchrunner
