// SPDX-License-Identifier: Apache-2.0
// EventSink by a C vtable.
#include "matchrunner/ports/event_sink.hpp"

#include "callback.hpp"
#include "guard.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

class EventSinkOfVtable final : public EventSink {
 public:
  EventSinkOfVtable(const mr_event_sink_vtable& calls, void* self) : calls_(calls), self_(self) {}
  ~EventSinkOfVtable() override {
    if (calls_.destroy != nullptr) calls_.destroy(self_);
  }
  EventSinkOfVtable(const EventSinkOfVtable&) = delete;
  EventSinkOfVtable& operator=(const EventSinkOfVtable&) = delete;

  EventSinkCapabilities capabilities() const override { return {calls_.durable != 0}; }

  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    std::vector<const mr_event*> rows;
    rows.reserve(events.size());
    for (const Event& event : events) rows.push_back(mr_event::lend(event));
    std::size_t taken = 0;
    auto published = ask("publish", [&](mr_error** error) {
      return calls_.publish(&taken, self_, rows.data(), rows.size(), mr_context::lend(context), error);
    });
    if (!published) return std::move(published).error();
    if (taken > events.size()) return Error{ErrorCode::callback, "publish took more events than there were"};
    return taken;
  }

 private:
  const mr_event_sink_vtable calls_;
  void* const self_;
};

}  // namespace

mr_code mr_event_sink_new(mr_event_sink** out, const mr_event_sink_vtable* vtable, void* self, mr_error** error) {
  return produce(out, error, {{vtable, "vtable"}}, [&]() -> Result<std::shared_ptr<EventSink>> {
    const auto calls = read_struct(*vtable, mr_event_sink_vtable MR_EVENT_SINK_VTABLE_INIT, "vtable");
    if (!calls) return calls.error();
    if (auto set = check({{calls->publish, "vtable.publish"}}); !set) return set.error();
    return std::shared_ptr<EventSink>(std::make_shared<EventSinkOfVtable>(*calls, self));
  });
}
