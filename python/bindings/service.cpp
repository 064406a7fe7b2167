// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/service.hpp"

#include "matchrunner/json.hpp"
#include "module_parts.hpp"
#include "runner_arguments.hpp"
#include "runner_handle.hpp"
#include "service_handle.hpp"
#include "value.hpp"
#include "waiting.hpp"

namespace matchrunner::python {
namespace {

using py::arg;

// JSON text of a str or a mapping; None: there is no file.
std::string config_text(const py::object& config) { return config.is_none() ? std::string() : json_from(config); }

// Of a handle whose runner belongs to the service, which it keeps alive.
std::unique_ptr<RunnerHandle> runner_of(const ServiceHandle& handle) {
  const auto& service = handle.get();
  return std::make_unique<RunnerHandle>(std::shared_ptr<Runner>(service, &service->runner()));
}

std::optional<LogLine> next_log(const ServiceHandle& handle, std::optional<double> timeout) {
  const auto service = handle.get();
  return poll_in_slices(context_within(timeout), [&](const Context& slice) { return service->next_log(slice); });
}

void add_config(py::module_& module) {
  Value<ServiceConfig>(module, "ServiceConfig")
      .field("store", &ServiceConfig::store)
      .field("artifacts", &ServiceConfig::artifacts)
      .field("executor", &ServiceConfig::executor)
      .field("spool", &ServiceConfig::spool)
      .field("sources", &ServiceConfig::sources)
      .field("sinks", &ServiceConfig::sinks)
      .field("streams", &ServiceConfig::streams)
      .field("targets", &ServiceConfig::targets)
      .field("host_paths", &ServiceConfig::host_paths)
      .field("pool", &ServiceConfig::pool)
      .field("slots", &ServiceConfig::slots)
      .field("workers", &ServiceConfig::workers)
      .field("backlog", &ServiceConfig::backlog)
      .field("return_queued", &ServiceConfig::return_queued)
      .field("name", &ServiceConfig::name)
      .field("lease_seconds", &ServiceConfig::lease_seconds)
      .field("collect_seconds", &ServiceConfig::collect_seconds)
      .field("grace_seconds", &ServiceConfig::grace_seconds)
      .field("healthy_seconds", &ServiceConfig::healthy_seconds)
      .field("keep_days", &ServiceConfig::keep_days)
      .field("http", &ServiceConfig::http)
      .field("log_format", &ServiceConfig::log_format)
      .field("log_level", &ServiceConfig::log_level)
      .constructible();
  module.def(
      "parse_service_config",
      [](const py::object& config, const Variables& environment) {
        return unwrap(parse_service_config(config_text(config), environment));
      },
      arg("config") = py::none(), arg("environment") = py::dict(),
      "A configuration, as JSON text or a dict, and the variables that go before it. InvalidArgument names every "
      "fault.");
  module.def(
      "check_service_config",
      [](const py::object& config, const Variables& environment) {
        py::list list;
        for (const InputFault& fault : check_service_config(config_text(config), environment)) list.append(fault);
        return list;
      },
      arg("config") = py::none(), arg("environment") = py::dict(), "All that is wrong with a configuration.");
  module.def(
      "service_fields",
      [] {
        py::list rows;
        for (const ServiceField& field : service_fields())
          rows.append(py::make_tuple(field.name, field.variable, field.docs));
        return py::tuple(rows);
      },
      "Every field of a configuration: its name, its variable, what it is.");
}

}  // namespace

void add_service(py::module_& module) {
  Value<LogLine>(module, "LogLine")
      .field("at", &LogLine::at)
      .field("level", &LogLine::level)
      .field("match", &LogLine::match)
      .field("message", &LogLine::message)
      .constructible()
      .def("__str__", [](const LogLine& line) { return to_string(line); })
      .def(
          "to_json", [](const LogLine& line) { return to_json(line); }, "One line of JSON.");
  add_config(module);
  py::class_<ServiceHandle>(module, "Service", "A Runner by configuration, with pages, metrics and a log.")
      .def(py::init<const ServiceConfig&>(), arg("config"))
      .def_property_readonly("runner", &runner_of, "To submit, look and stop. The service closes it.")
      .def_property_readonly("http_address", [](const ServiceHandle& self) { return self.get()->http_address(); })
      .def("next_log", &next_log, arg("timeout") = py::none(),
           "The next line of its log, or None when `timeout` seconds have passed. Cancelled: it has ended.")
      .def(
          "status",
          [](const ServiceHandle& self) {
            const auto service = self.get();
            return json_loads(without_gil([&] { return to_json(service->status()); }));
          },
          "What /status shows, as a dict.")
      .def(
          "metrics",
          [](const ServiceHandle& self) {
            const auto service = self.get();
            return without_gil([&] { return service->metrics(); });
          },
          "What /metrics shows.")
      .def(
          "reload",
          [](const ServiceHandle& self, const ServiceConfig& config) {
            const auto service = self.get();
            return py::tuple(py::cast(blocking([&] { return service->reload(config); })));
          },
          arg("config"),
          "Takes over slots, grace_seconds, keep_days and log_level; the names of other fields that differ.")
      .def("close", &ServiceHandle::close, arg("grace") = py::none(),
           "Takes no more matches, lets those under way end for `grace` seconds (as configured), ends. Idempotent.")
      .def("__enter__", [](const py::object& self) { return self; })
      .def("__exit__", [](ServiceHandle& self, const py::args&) { self.close(milliseconds(0)); });
}

}  // namespace matchrunner::python
