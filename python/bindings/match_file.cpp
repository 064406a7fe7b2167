// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/match_file.hpp"

#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

py::list faults_of(const std::vector<InputFault>& faults) {
  py::list list;
  for (const InputFault& fault : faults) list.append(fault);
  return list;
}

template <std::size_t N>
py::tuple words(const std::span<const std::string_view, N>& texts) {
  return py::tuple(py::cast(std::vector<std::string_view>(texts.begin(), texts.end())));
}

py::tuple transitions_of(const MachineWords& machine) {
  py::list rows;
  for (const TransitionWords& row : machine.transitions) rows.append(py::make_tuple(row.from, row.event, row.to));
  return py::tuple(rows);
}

py::tuple all_machines() {
  py::list list;
  for (const MachineWords& machine : machines()) list.append(machine);
  return py::tuple(list);
}

}  // namespace

void add_match_file(py::module_& module) {
  Value<InputFault>(module, "InputFault")
      .field("path", &InputFault::path)
      .field("expected", &InputFault::expected)
      .field("found", &InputFault::found)
      .done()
      .def("describe", &InputFault::describe, "\"path: expected what, found what\".");

  module.def(
      "check_match_request", [](const py::object& match) { return faults_of(check_match_request(json_from(match))); },
      py::arg("match"), "All that is wrong with a match, as JSON text or a dict; empty: it can be submitted.");
  module.def(
      "check_game", [](const py::object& game) { return faults_of(check_game(json_from(game))); }, py::arg("game"),
      "All that is wrong with a game, as JSON text or a dict.");
  module.def(
      "parse_match_request",
      [](const py::object& match, const py::object& folder) { return unwrap(match_request_from(match, folder)); },
      py::arg("match"), py::arg("folder") = py::none(), "Relative paths are taken from `folder`.");
  module.def(
      "parse_game", [](const py::object& game, const py::object& folder) { return unwrap(game_from(game, folder)); },
      py::arg("game"), py::arg("folder") = py::none(), "Relative paths are taken from `folder`.");
  module.def("match_file_schema", &match_file_schema, "The JSON Schema (draft 2020-12) of the match file.");

  py::class_<MachineWords>(module, "Machine", "A state machine in words.")
      .def_readonly("name", &MachineWords::name)
      .def_readonly("start", &MachineWords::start)
      .def_property_readonly("states", [](const MachineWords& machine) { return words(machine.states); })
      .def_property_readonly("events", [](const MachineWords& machine) { return words(machine.events); })
      .def_property_readonly("transitions", &transitions_of)
      .def("__repr__", [](const MachineWords& machine) { return "Machine(name='" + std::string(machine.name) + "')"; });
  module.def("machines", &all_machines, "The library's four machines: match, ticket, lobby, host.");
}

}  // namespace matchrunner::python
