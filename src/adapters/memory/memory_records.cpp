// SPDX-License-Identifier: Apache-2.0
#include "adapters/memory/memory_records.hpp"

namespace matchrunner {

const MemoryRecord* MemoryRecords::find(const Key& key) const {
  const auto found = records_.find(key);
  return found == records_.end() ? nullptr : found->second.get();
}

const std::string* MemoryRecords::owner(const std::string& kind, const std::string& unique_key) const {
  const auto found = unique_.find({kind, unique_key});
  return found == unique_.end() ? nullptr : &found->second;
}

void MemoryRecords::put(MemoryRecord entry) {
  remove({entry.record.kind, entry.record.id});
  auto stored = std::make_unique<MemoryRecord>(std::move(entry));
  const Record& record = stored->record;
  if (!record.unique_key.empty()) unique_[{record.kind, record.unique_key}] = record.id;
  shelves_[{record.kind, record.state}][place_of(record)] = stored.get();
  records_[{record.kind, record.id}] = std::move(stored);
}

void MemoryRecords::remove(const Key& key) {
  const auto found = records_.find(key);
  if (found == records_.end()) return;
  const Record& record = found->second->record;
  if (!record.unique_key.empty()) unique_.erase({record.kind, record.unique_key});
  const auto shelf = shelves_.find({record.kind, record.state});
  shelf->second.erase(place_of(record));
  if (shelf->second.empty()) shelves_.erase(shelf);
  records_.erase(found);
}

std::vector<std::string> MemoryRecords::states_of(const std::string& kind) const {
  std::vector<std::string> states;
  for (auto shelf = shelves_.lower_bound({kind, {}}); shelf != shelves_.end() && shelf->first.first == kind; ++shelf)
    states.push_back(shelf->first.second);
  return states;
}

}  // namespace matchrunner
