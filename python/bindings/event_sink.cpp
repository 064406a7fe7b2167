// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/ports/event_sink.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

class PyEventSink : public EventSink, public py::trampoline_self_life_support {
 public:
  EventSinkCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", EventSinkCapabilities{});
  }
  Result<std::size_t> publish(std::span<const Event> events, const Context& context) override {
    const std::vector<Event> copies(events.begin(), events.end());
    return call_port<std::size_t>(this, "publish", copies, context);
  }
};

}  // namespace

void add_event_sink(py::module_& module) {
  Value<EventSinkCapabilities>(module, "EventSinkCapabilities")
      .field("durable", &EventSinkCapabilities::durable)
      .constructible();

  py::classh<EventSink, PyEventSink>(module, "EventSink", "Takes events to the world outside.")
      .def(py::init<>())
      .def("capabilities", &EventSink::capabilities, py::call_guard<WithoutGil>())
      .def(
          "publish",
          [](EventSink& sink, const std::vector<Event>& events, const Context& context) {
            return blocking([&] { return sink.publish(events, context); });
          },
          py::arg("events"), py::arg("context"), py::pos_only(), "Takes a prefix of `events` and returns its length.");
}

}  // namespace matchrunner::python
