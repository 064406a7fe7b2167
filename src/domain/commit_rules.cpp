// SPDX-License-Identifier: Apache-2.0
#include "domain/commit_rules.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace matchrunner {
namespace {

constexpr std::uint32_t max_records = 1000;
constexpr std::uint32_t max_events = 10000;

Error invalid(std::string message) { return {ErrorCode::invalid_argument, std::move(message)}; }

Error conflict(const Record& record, const std::string& what) {
  return {ErrorCode::conflict, describe(record) + ": " + what};
}

Result<void> check_limit(std::uint32_t limit, std::uint32_t max) {
  if (limit >= 1 && limit <= max) return {};
  return invalid("limit: expected 1 to " + std::to_string(max) + ", found " + std::to_string(limit));
}

}  // namespace

std::string describe(const Record& record) { return record.kind + " " + record.id; }

Result<void> check_batch(const Batch& batch) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Write& write : batch.writes) {
    const Record& record = write.record;
    if (record.kind.empty()) return invalid("a record has no kind");
    if (record.id.empty()) return invalid("a record of kind " + record.kind + " has no id");
    if (write.lease == LeaseChange::claim && record.holder.empty())
      return invalid(describe(record) + ": a claim names no holder");
    if (!seen.emplace(record.kind, record.id).second) return invalid(describe(record) + ": written twice in one batch");
  }
  return {};
}

Result<void> check_query(const RecordQuery& query) {
  if (query.kind.empty()) return invalid("the query names no kind");
  return check_limit(query.limit, max_records);
}

Result<void> check_query(const EventQuery& query) { return check_limit(query.limit, max_events); }

Result<void> check_version(const Write& write, std::optional<std::uint64_t> stored) {
  const std::uint64_t expected = write.record.version;
  if (!stored && (expected != 0 || write.remove)) return conflict(write.record, "there is none");
  if (stored && *stored != expected)
    return conflict(write.record,
                    "expected version " + std::to_string(expected) + ", found " + std::to_string(*stored));
  return {};
}

Result<LeaseAfter> change_lease(const Write& write, const StoredLease& stored) {
  const bool held = !stored.holder.empty();
  const bool lapsed = held && stored.lapsed;
  const bool own = held && stored.holder == write.record.holder && stored.epoch == write.record.epoch;
  switch (write.lease) {
    case LeaseChange::keep:
      break;
    case LeaseChange::claim:
      if (held && !lapsed) return conflict(write.record, "leased by " + stored.holder);
      return LeaseAfter{stored.epoch + 1, write.record.holder, LeaseTerm::start};
    case LeaseChange::renew:
      if (!own || lapsed) return conflict(write.record, "the lease to renew is lost");
      return LeaseAfter{stored.epoch, stored.holder, LeaseTerm::start};
    case LeaseChange::release:
      if (!own) return conflict(write.record, "the lease to release is lost");
      return LeaseAfter{stored.epoch, {}, LeaseTerm::none};
    case LeaseChange::lapse:
      if (!lapsed) return conflict(write.record, "its lease has not lapsed");
      return LeaseAfter{stored.epoch + 1, {}, LeaseTerm::none};
  }
  return LeaseAfter{stored.epoch, stored.holder, LeaseTerm::keep};
}

BootClock::time_point lease_end(BootClock::time_point now, milliseconds lease_for) {
  constexpr milliseconds century = std::chrono::hours(24) * 36525;
  return now + std::clamp(lease_for, -century, century);
}

}  // namespace matchrunner
