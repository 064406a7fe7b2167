// SPDX-License-Identifier: Apache-2.0
#include "runtime/health_book.hpp"

#include <algorithm>

namespace matchrunner {

void HealthBook::add(const std::string& part) {
  const Lock lock(mutex_);
  if (find(part) == nullptr) parts_.emplace_back().name = part;
}

PartHealth* HealthBook::find(const std::string& part) {
  const auto found = std::find_if(parts_.begin(), parts_.end(), [&](const auto& row) { return row.name == part; });
  return found == parts_.end() ? nullptr : &*found;
}

void HealthBook::note(const std::string& part, const Result<void>& answer, std::uint64_t done) {
  const Lock lock(mutex_);
  PartHealth* const row = find(part);
  if (row == nullptr) return;
  row->done += done;
  if (!answer) {
    row->failures += 1;
    row->last_error = answer.error().describe();
    if (!row->failing_since) row->failing_since = clocks_.wall();
  } else if (row->failures != 0) {
    row->failures = 0;
    row->recoveries += 1;
    row->last_error.clear();
    row->failing_since.reset();
  }
}

void HealthBook::note_refused(const std::string& part) {
  const Lock lock(mutex_);
  if (PartHealth* const row = find(part)) row->refused += 1;
}

void HealthBook::keeper_looks() {
  const Lock lock(mutex_);
  looked_at_ = clocks_.boot();
}

std::vector<PartHealth> HealthBook::parts() const {
  const Lock lock(mutex_);
  return parts_;
}

milliseconds HealthBook::silent() const {
  const Lock lock(mutex_);
  return std::chrono::floor<milliseconds>(clocks_.boot() - looked_at_);
}

}  // namespace matchrunner
