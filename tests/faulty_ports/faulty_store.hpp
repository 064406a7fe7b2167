// SPDX-License-Identifier: Apache-2.0
// A StateStore that fails or stands still on demand, around a real one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/mutex.hpp"
#include "faulty_ports/call_script.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner::test {

class FaultyStore : public StateStore {
 public:
  explicit FaultyStore(std::shared_ptr<StateStore> inner, std::shared_ptr<CallScript> script = nullptr)
      : inner_(std::move(inner)), script_(script ? std::move(script) : std::make_shared<CallScript>()) {}

  // Every commit fails with this code until it is set back to nothing.
  void fail_commits(std::optional<ErrorCode> code) {
    const Lock lock(mutex_);
    code_ = code;
  }

  // Called once, before the next commit that carries an event of this type.
  void before_next(std::string type, std::function<void()> call) {
    const Lock lock(mutex_);
    awaited_ = std::move(type);
    call_ = std::move(call);
  }

  // The next commit that carries an event of this type or writes a record of this kind (empty: whatever it does) fails
  // with `unavailable` after it was done, once: its caller does not learn that it was.
  void lose_next_answer(std::string type = {}) {
    const Lock lock(mutex_);
    unanswered_ = std::move(type);
  }

  StateStoreCapabilities capabilities() const override { return inner_->capabilities(); }
  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    {
      const Lock lock(mutex_);
      if (code_) return Error{*code_, "as the test asked", "faulty store"};
    }
    const Mishap mishap = script_->next("commit", context);
    if (mishap == Mishap::fails) return CallScript::error();
    if (const auto call = take_call(batch)) call();
    auto receipt = inner_->commit(batch, context);
    if (receipt && mishap == Mishap::half) return CallScript::error();
    if (receipt && is_unanswered(batch)) return Error{ErrorCode::unavailable, "the answer was lost", "faulty store"};
    return receipt;
  }
  Result<std::optional<Record>> find(const RecordKey& key, const Context& context) override {
    if (fails("find", context)) return CallScript::error();
    return inner_->find(key, context);
  }
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    if (fails("list", context)) return CallScript::error();
    return inner_->list(query, context);
  }
  Result<EventPage> events(const EventQuery& query, const Context& context) override {
    if (fails("events", context)) return CallScript::error();
    return inner_->events(query, context);
  }
  Result<std::uint64_t> trim(std::uint64_t through, const Context& context) override {
    const Mishap mishap = script_->next("trim", context);
    if (mishap == Mishap::fails) return CallScript::error();
    auto trimmed = inner_->trim(through, context);
    if (mishap == Mishap::half) return CallScript::error();
    return trimmed;
  }

 private:
  bool fails(const std::string& call, const Context& context) {
    return script_->next(call, context) == Mishap::fails;  // half a reading is a whole one
  }

  static bool tells(const Batch& batch, const std::string& word) {
    for (const Event& event : batch.events)
      if (event.type == word) return true;
    for (const Write& write : batch.writes)
      if (write.record.kind == word) return true;
    return false;
  }

  std::function<void()> take_call(const Batch& batch) {
    const Lock lock(mutex_);
    return tells(batch, awaited_) ? std::exchange(call_, nullptr) : nullptr;
  }

  bool is_unanswered(const Batch& batch) {
    const Lock lock(mutex_);
    if (!unanswered_ || (!unanswered_->empty() && !tells(batch, *unanswered_))) return false;
    unanswered_.reset();
    return true;
  }

  const std::shared_ptr<StateStore> inner_;
  const std::shared_ptr<CallScript> script_;
  Mutex mutex_;
  std::optional<ErrorCode> code_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::string awaited_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::function<void()> call_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::optional<std::string> unanswered_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace matchrunner::test
