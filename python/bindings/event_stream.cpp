// SPDX-License-Identifier: Apache-2.0
#include "event_stream.hpp"

#include "module_parts.hpp"
#include "waiting.hpp"

namespace matchrunner::python {

Result<std::optional<Event>> StreamHandle::next_in(const Context& context) {
  if (busy_.test_and_set()) return Error{ErrorCode::conflict, "another thread reads this stream", "events"};
  auto event = stream_->next(context);
  busy_.clear();
  return event;
}

std::optional<Event> StreamHandle::next(std::optional<double> timeout) {
  return poll_in_slices(context_within(timeout), [this](const Context& slice) { return next_in(slice); });
}

Event StreamHandle::next_of_iteration() {
  const auto ended = [](const Result<std::optional<Event>>& event) {
    return !event && event.error().code == ErrorCode::cancelled;
  };
  const milliseconds time = slice_time();
  for (;;) {
    auto event = without_gil([&] { return next_in(Context::within(time)); });
    check_signals();
    if (ended(event)) throw py::stop_iteration();
    if (auto found = unwrap(std::move(event))) return *std::move(found);
  }
}

void add_event_stream(py::module_& module) {
  py::class_<StreamHandle>(module, "EventStream", "Events, pulled; for one thread at a time.")
      .def("next", &StreamHandle::next, py::arg("timeout") = py::none(),
           "The next event, or None when `timeout` seconds have passed.")
      .def("fileno", &StreamHandle::fileno,
           "A descriptor that is readable when next(0) may give something; owned by the stream.")
      .def("__iter__", [](const py::object& self) { return self; })
      .def("__next__", &StreamHandle::next_of_iteration);
}

}  // namespace matchrunner::python
