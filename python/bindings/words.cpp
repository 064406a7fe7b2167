// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <cctype>

namespace matchrunner::python {
namespace {

namespace py = pybind11;

template <class Enum>
void add(py::module_& module, const py::object& str_enum) {
  py::list rows;
  for (const auto& row : Words<Enum>::names) {
    std::string upper(row.text);
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    rows.append(py::make_tuple(upper, row.text));
  }
  py::object made = str_enum(Words<Enum>::class_name, rows, py::arg("module") = "matchrunner");
  for (const auto& row : Words<Enum>::names) members<Enum>().push_back(made(row.text).release().ptr());
  module.attr(Words<Enum>::class_name) = std::move(made);
}

}  // namespace

void add_words(py::module_& module) {
  const py::object str_enum = py::module_::import("enum").attr("StrEnum");
  add<SeatRole>(module, str_enum);
  add<Wiring>(module, str_enum);
  add<OnOutputLimit>(module, str_enum);
  add<MatchState>(module, str_enum);
  add<MatchResult>(module, str_enum);
  add<Fault>(module, str_enum);
  add<Verdict>(module, str_enum);
  add<LeaseChange>(module, str_enum);
  add<LogLevel>(module, str_enum);
  add<LogFormat>(module, str_enum);
}

}  // namespace matchrunner::python
