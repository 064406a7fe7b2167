// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "adapters/memory/memory_journal.hpp"
#include "adapters/memory/memory_records.hpp"
#include "base/mutex.hpp"
#include "domain/commit_rules.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

class MemoryStore final : public StateStore {
 public:
  explicit MemoryStore(MemoryStoreOptions options) : clocks_(std::move(options)) {}

  StateStoreCapabilities capabilities() const override { return {}; }

  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override;
  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override;
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override;
  Result<EventPage> events(const EventQuery& query, const Context& context) override;
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override;

 private:
  // What a batch will have done; nothing is touched before all of it is known to be allowed.
  struct Plan {
    std::vector<MemoryRecord> puts;
    std::vector<MemoryRecords::Key> removes;
    std::map<MemoryRecords::Key, std::string> unique;  // kind, unique key -> id that will have it; empty: free
  };
  Result<void> plan_write(const Write& write, BootClock::time_point now, Plan& plan) MATCHRUNNER_REQUIRES(mutex_);
  Result<void> plan_unique_key(const Record& next, const MemoryRecord* stored, Plan& plan) MATCHRUNNER_REQUIRES(mutex_);
  bool matches(const RecordQuery& query, const MemoryRecord& entry, BootClock::time_point now) const;

  const MemoryStoreOptions clocks_;
  Mutex mutex_;
  MemoryRecords records_ MATCHRUNNER_GUARDED_BY(mutex_);
  MemoryJournal journal_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::uint64_t sequence_ MATCHRUNNER_GUARDED_BY(mutex_) = 0;
};

// The record as a reader sees it.
Record as_read(const MemoryRecord& entry, BootClock::time_point now) {
  Record record = entry.record;
  if (!record.holder.empty()) record.lease_left = std::chrono::floor<milliseconds>(entry.lease_until - now);
  return record;
}

Result<void> MemoryStore::plan_unique_key(const Record& next, const MemoryRecord* stored, Plan& plan) {
  if (stored != nullptr && !stored->record.unique_key.empty())
    plan.unique[{stored->record.kind, stored->record.unique_key}].clear();
  if (next.unique_key.empty()) return {};
  const MemoryRecords::Key key{next.kind, next.unique_key};
  const auto planned = plan.unique.find(key);
  const std::string* owner = planned != plan.unique.end() ? &planned->second : records_.owner(key.first, key.second);
  if (owner != nullptr && !owner->empty() && *owner != next.id)
    return Error{ErrorCode::already_exists, describe(next) + ": " + *owner + " has the unique key " + next.unique_key};
  plan.unique[key] = next.id;
  return {};
}

Result<void> MemoryStore::plan_write(const Write& write, BootClock::time_point now, Plan& plan) {
  const MemoryRecord* stored = records_.find({write.record.kind, write.record.id});
  if (auto expected = check_version(write, stored ? std::optional(stored->record.version) : std::nullopt); !expected)
    return expected;
  StoredLease lease;
  if (stored != nullptr) lease = {stored->record.epoch, stored->record.holder, stored->lease_until <= now};
  const auto after = change_lease(write, lease);
  if (!after) return after.error();

  MemoryRecord next{write.record, stored ? stored->lease_until : BootClock::time_point()};
  if (write.remove) next.record.unique_key.clear();
  if (auto free = plan_unique_key(next.record, stored, plan); !free) return free;
  if (write.remove) {
    plan.removes.emplace_back(write.record.kind, write.record.id);
    return {};
  }
  next.record.version += 1;
  next.record.sequence = stored && !write.requeue ? stored->record.sequence : 0;
  next.record.epoch = after->epoch;
  next.record.holder = after->holder;
  next.record.lease_left.reset();
  if (after->term == LeaseTerm::start) next.lease_until = lease_end(now, write.lease_for);
  plan.puts.push_back(std::move(next));
  return {};
}

Result<CommitReceipt> MemoryStore::commit(const Batch& batch, const Context& context) {
  if (auto valid = check_batch(batch); !valid) return valid.error();
  const Lock lock(mutex_);
  if (auto going = context.check(); !going) return going.error();
  const auto now = clocks_.lease_clock();
  Plan plan;
  for (const Write& write : batch.writes)
    if (auto allowed = plan_write(write, now, plan); !allowed) return allowed.error();

  CommitReceipt receipt;
  receipt.at = clocks_.wall_clock();
  for (const auto& key : plan.removes) records_.remove(key);
  auto put = plan.puts.begin();
  for (const Write& write : batch.writes) {
    receipt.versions.push_back(write.remove ? 0 : put->record.version);
    receipt.epochs.push_back(write.remove ? 0 : put->record.epoch);
    if (write.remove) continue;
    if (put->record.sequence == 0) put->record.sequence = ++sequence_;
    ++put;
  }
  // Old places and unique keys first: a record may take what another of the batch gives up.
  for (const auto& entry : plan.puts) records_.remove({entry.record.kind, entry.record.id});
  for (auto& entry : plan.puts) records_.put(std::move(entry));
  for (const Event& event : batch.events) receipt.last_sequence = journal_.append(event, receipt.at);
  return receipt;
}

Result<std::optional<Record>> MemoryStore::find(const RecordKey& key, const Context& context) {
  const Lock lock(mutex_);
  if (auto going = context.check(); !going) return going.error();
  const MemoryRecord* entry = records_.find({key.kind, key.id});
  if (entry == nullptr) return std::optional<Record>();
  return std::optional<Record>(as_read(*entry, clocks_.lease_clock()));
}

bool MemoryStore::matches(const RecordQuery& query, const MemoryRecord& entry, BootClock::time_point now) const {
  const Record& record = entry.record;
  if (query.scope && *query.scope != record.scope) return false;
  if (query.subject && *query.subject != record.subject) return false;
  if (query.unique_key && *query.unique_key != record.unique_key) return false;
  if (query.due_before && (!record.due_at || *record.due_at > *query.due_before)) return false;
  return !query.lapsed || (!record.holder.empty() && entry.lease_until <= now);
}

Result<RecordPage> MemoryStore::list(const RecordQuery& query, const Context& context) {
  if (auto valid = check_query(query); !valid) return valid.error();
  const auto after = place_after(query.cursor);
  if (!after) return after.error();
  const Lock lock(mutex_);
  if (auto going = context.check(); !going) return going.error();
  const auto now = clocks_.lease_clock();

  std::map<Place, const MemoryRecord*> found;
  for (const auto& state : query.states.empty() ? records_.states_of(query.kind) : query.states) {
    std::size_t taken = 0;
    records_.walk(query.kind, state, *after, [&](const MemoryRecord& entry) {
      if (!matches(query, entry, now)) return true;
      found.emplace(place_of(entry.record), &entry);
      return ++taken <= query.limit;  // one more than asked for: it tells whether there is a next page
    });
  }
  RecordPage page;
  for (const auto& [place, entry] : found) {
    if (page.records.size() == query.limit) {
      page.next = to_cursor(place_of(page.records.back()));
      break;
    }
    page.records.push_back(as_read(*entry, now));
  }
  return page;
}

Result<EventPage> MemoryStore::events(const EventQuery& query, const Context& context) {
  if (auto valid = check_query(query); !valid) return valid.error();
  const Lock lock(mutex_);
  if (auto going = context.check(); !going) return going.error();
  return journal_.after(query);
}

Result<std::uint64_t> MemoryStore::trim(std::uint64_t through, const Context& context) {
  const Lock lock(mutex_);
  if (auto going = context.check(); !going) return going.error();
  return journal_.trim(through);
}

}  // namespace

std::shared_ptr<StateStore> make_memory_store(MemoryStoreOptions options) {
  if (!options.lease_clock) options.lease_clock = BootClock::now;
  if (!options.wall_clock)
    options.wall_clock = [] { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); };
  return std::make_shared<MemoryStore>(std::move(options));
}

}  // namespace matchrunner
