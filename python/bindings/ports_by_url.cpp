// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

template <class Port>
void add_open(py::module_& module, const char* name, OpenUrl<Port> open) {
  module.def(
      name, [open](const std::string& url) { return torn_down_without_gil(blocking([&] { return open(url); })); },
      py::arg("url"), "The port behind a URL; adapters() lists the schemes.");
}

template <class Port>
using AddRow = Result<void> (*)(AdapterRow row, std::function<Result<std::shared_ptr<Port>>(const std::string&)> open);

template <class Port>
void add_add(py::module_& module, const char* port, AddRow<Port> add) {
  module.def(("add_" + std::string(port)).c_str(),
             [port, add](std::string scheme, std::string form, const py::function& open) {
               AdapterRow row{port, std::move(scheme), std::move(form)};
               auto call = port_from_call<Port, std::string>(open);
               blocking([&] { return add(std::move(row), std::move(call)); });
             },
             py::arg("scheme"), py::arg("form"), py::arg("open"),
             "Makes URLs of this scheme known: `open` gets the whole URL and gives the port.");
}

py::object open_executor_factory(const std::string& url) {
  ExecutorFactory factory = blocking([&] { return open_executor(url); });
  return py::cpp_function([factory = std::move(factory)] { return torn_down_without_gil(blocking(factory)); });
}

void add_executor_row(std::string scheme, std::string form, const py::function& open) {
  auto factory_of = [held = hold(open)](const std::string& url) {
    return in_python<ExecutorFactory>(
        "open", [&]() -> Result<ExecutorFactory> { return executor_from(call_python(borrowed(held), url)); });
  };
  AdapterRow row{"executor", std::move(scheme), std::move(form)};
  blocking([&] { return add_executor(std::move(row), std::move(factory_of)); });
}

}  // namespace

void add_ports_by_url(py::module_& module) {
  Value<AdapterRow>(module, "AdapterRow")
      .field("port", &AdapterRow::port)
      .field("scheme", &AdapterRow::scheme)
      .field("form", &AdapterRow::form)
      .done();
  module.def("adapters", &adapters, "The table of adapters: which URL schemes serve which port.");
  Value<Finding>(module, "Finding")
      .field("name", &Finding::name)
      .field("found", &Finding::found)
      .field("value", &Finding::value)
      .field("cost", &Finding::cost)
      .field("remedy", &Finding::remedy)
      .done();
  Value<Diagnosis>(module, "Diagnosis")
      .field("isolation", &Diagnosis::isolation)
      .field("refusal", &Diagnosis::refusal)
      .field("findings", &Diagnosis::findings)
      .done()
      .def(
          "to_json", [](const Diagnosis& diagnosis) { return to_json(diagnosis); },
          "JSON text, as `matchrunner doctor --json`.");
  module.def(
      "diagnose", [](const std::string& url) { return blocking([&] { return diagnose(url); }); },
      py::arg("executor_url"), "What this host offers for an executor of this URL.");
  module.def("masked_url", &masked_url, py::arg("url"), "The URL as it may be shown, without its secrets.");

  add_open<StateStore>(module, "open_state_store", &open_state_store);
  add_open<ArtifactSink>(module, "open_artifact_sink", &open_artifact_sink);
  add_open<EventSink>(module, "open_event_sink", &open_event_sink);
  add_open<CommandSource>(module, "open_command_source", &open_command_source);
  module.def("open_executor", &open_executor_factory, py::arg("url"),
             "A function that makes executors, one for each worker.");

  add_add<StateStore>(module, "state_store", &matchrunner::add_state_store);
  add_add<ArtifactSink>(module, "artifact_sink", &matchrunner::add_artifact_sink);
  add_add<EventSink>(module, "event_sink", &matchrunner::add_event_sink);
  add_add<CommandSource>(module, "command_source", &matchrunner::add_command_source);
  module.def("add_executor", &add_executor_row, py::arg("scheme"), py::arg("form"), py::arg("open"),
             "Makes URLs of this scheme known: `open` gets the whole URL and gives an executor or a function of one.");
}

}  // namespace matchrunner::python
