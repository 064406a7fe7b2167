// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/base/context.hpp"

#include "errors.hpp"
#include "module_parts.hpp"
#include "waiting.hpp"

namespace matchrunner::python {

Context context_within(std::optional<double> seconds) {
  if (!seconds) return {};
  return Context::within(duration_from<milliseconds>(*seconds));
}

milliseconds slice_time() {
  const py::object main_thread = call_python(py::module_::import("threading").attr("main_thread"));
  const bool here = main_thread.attr("ident").cast<unsigned long>() == PyThread_get_thread_ident();
  return here ? milliseconds(50) : milliseconds(1000);
}

void check_signals() {
  if (PyErr_CheckSignals() != 0) throw py::error_already_set();
}

void add_context(py::module_& module) {
  py::class_<Context>(module, "Context", "Until when a call may take, and whether its caller wants it to stop.")
      .def(py::init(&context_within), py::arg("timeout") = py::none())
      .def_property_readonly("remaining", &Context::remaining)
      .def_property_readonly("stop_requested", [](const Context& context) { return context.stop.stop_requested(); })
      .def(
          "check", [](const Context& context) { unwrap(context.check()); }, "Raises Cancelled or Timeout.");
}

}  // namespace matchrunner::python
