// SPDX-License-Identifier: Apache-2.0
// NotedStore: a runner's store, with what it says to each commit noted in the runner's HealthBook. Thread rule: the
// store's. Whoever outlives the runner with it, as streams may, only reads.
#pragma once

#include <memory>
#include <utility>

#include "matchrunner/ports/state_store.hpp"
#include "runtime/health_book.hpp"

namespace matchrunner {

class NotedStore final : public StateStore {
 public:
  NotedStore(std::shared_ptr<StateStore> store, HealthBook& health) : store_(std::move(store)), health_(health) {}

  StateStoreCapabilities capabilities() const override { return store_->capabilities(); }
  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    auto receipt = store_->commit(batch, context);
    health_.note_commit(receipt ? std::nullopt : std::optional(receipt.error()));
    return receipt;
  }
  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override {
    return store_->find(key, context);
  }
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    return store_->list(query, context);
  }
  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    return store_->events(query, context);
  }
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override {
    return store_->trim(through, context);
  }

 private:
  const std::shared_ptr<StateStore> store_;
  HealthBook& health_;
};

}  // namespace matchrunner
