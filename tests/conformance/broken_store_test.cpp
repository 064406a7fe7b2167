// SPDX-License-Identifier: Apache-2.0
// The suite is worth what it finds: stores that break one sentence of the contract, and the check that must tell.
#include <algorithm>
#include <utility>

#include "catch.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/conformance.hpp"

using namespace matchrunner;

namespace {

// How a store is broken; what is null is as it should be.
struct Flaw {
  std::string_view found_by;
  Result<CommitReceipt> (*commit)(StateStore& real, Batch batch) = nullptr;
  void (*query)(RecordQuery& query) = nullptr;
  void (*page)(RecordPage& page) = nullptr;
  void (*events)(EventQuery& query) = nullptr;
};

class BrokenStore final : public StateStore {
 public:
  explicit BrokenStore(const Flaw& flaw) : flaw_(flaw) {}

  StateStoreCapabilities capabilities() const override { return real_->capabilities(); }

  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    return flaw_.commit != nullptr ? flaw_.commit(*real_, batch) : real_->commit(batch, context);
  }
  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override {
    return real_->find(key, context);
  }
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    RecordQuery asked = query;
    if (flaw_.query != nullptr) flaw_.query(asked);
    auto page = real_->list(asked, context);
    if (page && flaw_.page != nullptr) flaw_.page(*page);
    return page;
  }
  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    EventQuery asked = query;
    if (flaw_.events != nullptr) flaw_.events(asked);
    return real_->events(asked, context);
  }
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override {
    return real_->trim(through, context);
  }

 private:
  const Flaw& flaw_;
  const std::shared_ptr<StateStore> real_ = make_memory_store();
};

template <class Change>
Result<CommitReceipt> changed(StateStore& real, Batch batch, Change change) {
  for (Write& write : batch.writes) change(write);
  return real.commit(batch, {});
}

// The last write wins, whatever was expected.
Result<CommitReceipt> ignore_versions(StateStore& real, Batch batch) {
  return changed(real, std::move(batch), [&real](Write& write) {
    const auto stored = real.find({write.record.kind, write.record.id}, {});
    write.record.version = stored && *stored ? (*stored)->version : 0;
  });
}

Result<CommitReceipt> commit_one_by_one(StateStore& real, Batch batch) {
  CommitReceipt whole;
  for (Write& write : batch.writes) {
    const auto receipt = real.commit({{write}, {}}, {});
    if (!receipt) return receipt.error();
    whole.versions.push_back(receipt->versions.front());
    whole.epochs.push_back(receipt->epochs.front());
  }
  const auto told = real.commit({{}, batch.events}, {});
  whole.last_sequence = told->last_sequence;
  whole.at = told->at;
  return whole;
}

Result<CommitReceipt> tell_of_what_failed(StateStore& real, Batch batch) {
  auto receipt = real.commit(batch, {});
  if (!receipt) (void)real.commit({{}, batch.events}, {});
  return receipt;
}

Result<CommitReceipt> ignore_unique_keys(StateStore& real, Batch batch) {
  return changed(real, std::move(batch), [](Write& write) { write.record.unique_key.clear(); });
}

Result<CommitReceipt> ignore_requeue(StateStore& real, Batch batch) {
  return changed(real, std::move(batch), [](Write& write) { write.requeue = false; });
}

Result<CommitReceipt> let_leases_never_lapse(StateStore& real, Batch batch) {
  return changed(real, std::move(batch), [](Write& write) { write.lease_for = std::chrono::hours(9); });
}

Result<CommitReceipt> let_anyone_release(StateStore& real, Batch batch) {
  return changed(real, std::move(batch), [&real](Write& write) {
    const auto stored = real.find({write.record.kind, write.record.id}, {});
    if (write.lease == LeaseChange::release && stored && *stored) write.record.holder = (*stored)->holder;
  });
}

constexpr Flaw flaws[] = {
    {"another_version_is_a_conflict", ignore_versions},
    {"one_update_of_a_version_wins_from_threads", ignore_versions},
    {"commit_is_all_or_nothing", commit_one_by_one},
    {"a_refused_batch_fails_alone_from_threads", commit_one_by_one},
    {"events_are_numbered_without_gaps", tell_of_what_failed},
    {"a_unique_key_is_held_by_one_record", ignore_unique_keys},
    {"one_record_takes_a_unique_key_from_threads", ignore_unique_keys},
    {"a_requeued_record_goes_behind_its_equals", ignore_requeue},
    {"a_lapsed_record_can_be_claimed", let_leases_never_lapse},
    {"a_list_is_of_what_has_lapsed", let_leases_never_lapse},
    {"only_its_holder_releases_a_lease", let_anyone_release},
    {"a_list_is_of_the_states_asked_for", nullptr, [](RecordQuery& query) { query.states.clear(); }},
    {"a_list_is_of_scope_subject_and_unique_key", nullptr, [](RecordQuery& query) { query.scope.reset(); }},
    {"a_list_is_of_what_is_due", nullptr, [](RecordQuery& query) { query.due_before.reset(); }},
    {"a_query_that_cannot_be_meant_is_invalid", nullptr, [](RecordQuery& query) { query.limit = 5; }},
    {"a_list_is_by_priority_then_age", nullptr, nullptr,
     [](RecordPage& page) { std::reverse(page.records.begin(), page.records.end()); }},
    {"pages_hold_every_record_once", nullptr, nullptr, [](RecordPage& page) { page.next.clear(); }},
    {"events_are_of_the_kind_and_subject_asked_for", nullptr, nullptr, nullptr,
     [](EventQuery& query) { query.subject.reset(); }},
    {"events_after_a_sequence_are_the_later_ones", nullptr, nullptr, nullptr,
     [](EventQuery& query) { query.after = query.after == 3 ? 2 : query.after; }},
};

}  // namespace

TEST_CASE("a store that breaks the contract is found out") {
  for (const Flaw& flaw : flaws) {
    conformance::Subject<StateStore> subject;
    subject.open = [&flaw](bool) -> Result<std::shared_ptr<StateStore>> { return std::make_shared<BrokenStore>(flaw); };
    for (const auto& check : conformance::state_store_checks()) {
      if (check.name != flaw.found_by) continue;
      const auto results = conformance::run(std::span(&check, 1), subject);
      INFO(flaw.found_by);
      REQUIRE(results.size() == 1);
      CHECK_FALSE(results.front().failures.empty());
    }
    const auto all = conformance::state_store_checks();
    CHECK(std::any_of(all.begin(), all.end(), [&](const auto& check) { return check.name == flaw.found_by; }));
  }
}
