// SPDX-License-Identifier: Apache-2.0
#include "base/mutex.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

class KeptEvents final : public MemoryEventSink {
 public:
  EventSinkCapabilities capabilities() const override { return {}; }

  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    const Lock lock(mutex_);
    events_.insert(events_.end(), events.begin(), events.end());
    return events.size();
  }

  std::vector<Event> received() const override {
    const Lock lock(mutex_);
    return events_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<Event> events_ MATCHRUNNER_GUARDED_BY(mutex_);
};

}  // namespace

std::shared_ptr<MemoryEventSink> make_memory_events() { return std::make_shared<KeptEvents>(); }

}  // namespace matchrunner
