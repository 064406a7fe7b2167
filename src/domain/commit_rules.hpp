// SPDX-License-Identifier: Apache-2.0
// What every StateStore refuses, and what a write does to a lease, so that all stores decide alike (ports/
// state_store.hpp, domain/record.hpp). Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

// `invalid_argument`: no kind or id, a claim without a holder, or one record written twice.
Result<void> check_batch(const Batch& batch);

// `invalid_argument`: no kind, or a limit out of range.
Result<void> check_query(const RecordQuery& query);
Result<void> check_query(const EventQuery& query);

// `conflict` unless the stored version (nothing: no such record) is the one that the write expects.
Result<void> check_version(const Write& write, std::optional<std::uint64_t> stored);

// A record's lease as it is stored.
struct StoredLease {
  std::uint64_t epoch = 0;
  std::string holder;
  bool lapsed = false;  // by the store's clock; only asked when there is a holder
};

// What becomes of the time until which it is leased.
enum class LeaseTerm : unsigned char { keep, start, none };

struct LeaseAfter {
  std::uint64_t epoch = 0;
  std::string holder;
  LeaseTerm term = LeaseTerm::keep;
};

// `conflict`: a rule of LeaseChange is broken.
Result<LeaseAfter> change_lease(const Write& write, const StoredLease& stored);

// When a lease taken now ends; within a century of now, so that no clock overflows.
BootClock::time_point lease_end(BootClock::time_point now, milliseconds lease_for);

// "match m1", for messages.
std::string describe(const Record& record);

}  // namespace matchrunner
