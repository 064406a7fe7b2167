// SPDX-License-Identifier: Apache-2.0
#include "runtime/health_book.hpp"

#include <algorithm>
#include <iterator>

namespace matchrunner {
namespace {

constexpr std::chrono::seconds unwritten_counts{30};

// Of a commit; the others are answers of a store that works.
constexpr ErrorCode failures_of_the_store[] = {
    ErrorCode::unavailable,        ErrorCode::timeout,  ErrorCode::permission_denied, ErrorCode::corrupt_data,
    ErrorCode::resource_exhausted, ErrorCode::callback, ErrorCode::internal};

}  // namespace

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
  if (answer && part == store_part && lately_unwritten()) return;
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

bool HealthBook::lately_unwritten() const {
  return unwritten_at_ && clocks_.boot() - *unwritten_at_ < unwritten_counts;
}

void HealthBook::note_commit(const std::optional<Error>& error) {
  const bool fails = error && std::find(std::begin(failures_of_the_store), std::end(failures_of_the_store),
                                        error->code) != std::end(failures_of_the_store);
  if (error && !fails) return;
  {
    const Lock lock(mutex_);
    unwritten_at_ = fails ? std::optional(clocks_.boot()) : std::nullopt;
  }
  if (fails) note(store_part, *error);
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
