// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/conformance.hpp"

#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

using py::arg;

template <class Port>
conformance::Subject<Port> subject_of(const py::function& open) {
  conformance::Subject<Port> subject;
  subject.open = port_from_call<Port, bool>(open);
  return subject;
}

template <class Port, class Capabilities>
py::list results_of(std::span<const conformance::Check<Port, Capabilities>> checks,
                    conformance::Subject<Port>& subject) {
  const auto results = without_gil([&] { return conformance::run(checks, subject); });
  py::list list;
  for (const auto& result : results) list.append(result);
  return list;
}

py::list check_state_store(const py::function& open) {
  auto subject = subject_of<StateStore>(open);
  return results_of(conformance::state_store_checks(), subject);
}

py::list check_artifact_sink(const py::function& open) {
  auto subject = subject_of<ArtifactSink>(open);
  return results_of(conformance::artifact_sink_checks(), subject);
}

py::list check_event_sink(const py::function& open, const py::function& received) {
  auto subject = subject_of<EventSink>(open);
  subject.received = [held = hold(received)] {
    return in_python<std::vector<Event>>("received", [&]() -> Result<std::vector<Event>> {
      return returned<std::vector<Event>>(call_python(borrowed(held)));
    });
  };
  return results_of(conformance::event_sink_checks(), subject);
}

py::list check_command_source(const py::function& open, const py::function& send) {
  auto subject = subject_of<CommandSource>(open);
  subject.send = [held = hold(send)](const std::string& body) {
    return in_python<void>("send", [&]() -> Result<void> {
      call_python(borrowed(held), body);
      return {};
    });
  };
  return results_of(conformance::command_source_checks(), subject);
}

py::list check_game_server(const py::function& open) {
  auto subject = subject_of<GameServer>(open);
  return results_of(conformance::game_server_checks(), subject);
}

py::list check_executor(const py::function& open, const py::function& spool_folder, const std::string& seat) {
  auto subject = subject_of<Executor>(open);
  subject.spool_folder = [held = hold(spool_folder)] {
    return in_python<std::string>("spool_folder",
                                  [&]() -> Result<std::string> { return folder_from(call_python(borrowed(held))); });
  };
  if (seat != "script" && seat != "shell")
    raise({ErrorCode::invalid_argument, "seat: expected \"script\" or \"shell\", found \"" + seat + "\"", ""});
  subject.seat = seat == "shell" ? &conformance::shell_seat : &conformance::scripted_seat;
  return results_of(conformance::executor_checks(), subject);
}

}  // namespace

void add_conformance(py::module_& module) {
  using conformance::CheckResult;
  Value<CheckResult>(module, "CheckResult")
      .field("name", &CheckResult::name)
      .field("applied", &CheckResult::applied)
      .field("failures", &CheckResult::failures)
      .done()
      .def_property_readonly("held",
                             [](const CheckResult& result) { return result.applied && result.failures.empty(); });
  module.def("check_state_store", &check_state_store, arg("open"), "Runs every check of a StateStore.");
  module.def("check_artifact_sink", &check_artifact_sink, arg("open"), "Runs every check of an ArtifactSink.");
  module.def("check_event_sink", &check_event_sink, arg("open"), arg("received"),
             "Runs every check of an EventSink; `received()` gives what its peer has got since the last fresh open.");
  module.def("check_command_source", &check_command_source, arg("open"), arg("send"),
             "Runs every check of a CommandSource; `send(body)` makes its peer deliver a command.");
  module.def("check_game_server", &check_game_server, arg("open"), "Runs every check of a GameServer.");
  module.def("check_executor", &check_executor, arg("open"), arg("spool_folder"), arg("seat") = "script",
             "Runs every check of an Executor; `spool_folder()` gives an empty folder; seats are by `custom` and a "
             "script in their arguments, or by `command` and a shell.");
}

}  // namespace matchrunner::python
