// SPDX-License-Identifier: Apache-2.0
// MemoryRecords: the records of a memory store with the orders in which they are found. One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/list_cursor.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

// A stored record; the lease as a time, not as what is left of it.
struct MemoryRecord {
  Record record;
  BootClock::time_point lease_until{};
};

class MemoryRecords {
 public:
  using Key = std::pair<std::string, std::string>;  // kind, id

  const MemoryRecord* find(const Key& key) const;

  // The id that has this unique key, or nothing.
  const std::string* owner(const std::string& kind, const std::string& unique_key) const;

  void put(MemoryRecord entry);
  void remove(const Key& key);

  // Calls take(entry) for each record of the kind and state behind `after`, in order, while it returns true.
  template <class Take>
  void walk(const std::string& kind, const std::string& state, const std::optional<Place>& after, Take take) const {
    const auto shelf = shelves_.find({kind, state});
    if (shelf == shelves_.end()) return;
    auto at = after ? shelf->second.upper_bound(*after) : shelf->second.begin();
    while (at != shelf->second.end() && take(*at->second)) ++at;
  }

  // The states in which the kind has records.
  std::vector<std::string> states_of(const std::string& kind) const;

 private:
  std::map<Key, std::unique_ptr<MemoryRecord>> records_;
  std::map<Key, std::string> unique_;  // kind, unique key -> id
  std::map<std::pair<std::string, std::string>, std::map<Place, const MemoryRecord*>> shelves_;  // kind, state
};

}  // namespace matchrunner
