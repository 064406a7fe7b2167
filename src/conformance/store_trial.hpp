// SPDX-License-Identifier: Apache-2.0
// StoreTrial: a fresh StateStore with the steps that its checks are written in. Each step may be used from any thread.
#pragma once

#include "conformance/trial.hpp"

namespace matchrunner::conformance {

using StoreCheck = Check<StateStore, StateStoreCapabilities>;
using StoreSubject = Subject<StateStore>;

inline constexpr milliseconds an_hour = std::chrono::hours(1);

inline Record record(std::string kind, std::string id, std::string state = "queued") {
  Record made;
  made.kind = std::move(kind);
  made.id = std::move(id);
  made.state = std::move(state);
  made.body = "{}";
  return made;
}

inline Event event(std::string kind, std::string subject, std::string type) {
  Event made;
  made.kind = std::move(kind);
  made.subject = std::move(subject);
  made.type = std::move(type);
  return made;
}

inline Write claim(Record record, std::string holder, milliseconds lease_for) {
  record.holder = std::move(holder);
  return {std::move(record), LeaseChange::claim, lease_for};
}

inline RecordQuery all_of(std::string kind) {
  RecordQuery query;
  query.kind = std::move(kind);
  return query;
}

class StoreTrial {
 public:
  StoreTrial(StoreSubject& subject, Expect& expect, bool fresh = true) : store_(open(subject, expect, fresh)) {
    if (store_ == nullptr) expect(false, "the check could not run");
  }

  explicit operator bool() const { return store_ != nullptr; }
  StateStore& store() const { return *store_; }

  Result<CommitReceipt> commit(const Batch& batch) const { return store_->commit(batch, patient()); }
  Result<CommitReceipt> write(Write write) const { return commit({{std::move(write)}, {}}); }

  // Writes it and returns it as it is stored then.
  Record put(Expect& expect, Write write) const {
    const RecordKey key{write.record.kind, write.record.id};
    if (!succeeds(expect, this->write(std::move(write)), "write " + key.kind + " " + key.id)) return {};
    return get(expect, key.kind, key.id);
  }

  Record get(Expect& expect, const std::string& kind, const std::string& id) const {
    const auto found = store_->find({kind, id}, patient());
    if (!succeeds(expect, found, "find " + kind + " " + id)) return {};
    if (!expect(found->has_value(), "find " + kind + " " + id + ": expected a record, found none")) return {};
    return **found;
  }

  void is_absent(Expect& expect, const std::string& kind, const std::string& id) const {
    const auto found = store_->find({kind, id}, patient());
    if (succeeds(expect, found, "find " + kind + " " + id))
      expect(!found->has_value(), kind + " " + id + ": expected none, found one");
  }

  // The ids of the whole list, page by page, with a space behind each.
  std::string list(Expect& expect, RecordQuery query) const {
    std::string ids;
    do {
      const auto page = store_->list(query, patient());
      if (!succeeds(expect, page, "list " + query.kind)) break;
      if (!expect(page->records.size() <= query.limit, "a page is longer than its limit")) break;
      for (const Record& each : page->records) ids += each.id + " ";
      query.cursor = page->next;
    } while (!query.cursor.empty());
    return ids;
  }

  // What the journal holds after a sequence.
  EventPage events(Expect& expect, const EventQuery& query) const {
    auto page = store_->events(query, patient());
    if (!succeeds(expect, page, "events")) return {};
    return *std::move(page);
  }

 private:
  std::shared_ptr<StateStore> store_;
};

// The parts of state_store_checks().
std::span<const StoreCheck> store_write_checks();
std::span<const StoreCheck> store_unique_key_checks();
std::span<const StoreCheck> store_lease_checks();
std::span<const StoreCheck> store_list_checks();
std::span<const StoreCheck> store_event_checks();
std::span<const StoreCheck> store_thread_checks();

}  // namespace matchrunner::conformance
