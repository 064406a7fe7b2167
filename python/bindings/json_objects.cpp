// SPDX-License-Identifier: Apache-2.0
#include "interpreter.hpp"
#include "value.hpp"

namespace matchrunner::python {

// The json package is loaded at first use, so that importing ours does not pay for it.
py::object json_loads(const std::optional<std::string>& text) {
  if (!text || text->empty()) return py::none();
  return call_python(py::module_::import("json").attr("loads"), *text);
}

std::string json_text(py::handle object) {
  if (py::isinstance<py::str>(object)) return py::cast<std::string>(object);
  const py::object dumps = py::module_::import("json").attr("dumps");
  const py::dict form(py::arg("ensure_ascii") = false, py::arg("separators") = py::make_tuple(",", ":"));
  return py::cast<std::string>(call_python_with(dumps, py::make_tuple(object), form));
}

}  // namespace matchrunner::python
