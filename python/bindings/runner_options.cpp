// SPDX-License-Identifier: Apache-2.0
#include "runner_arguments.hpp"
#include "runner_handle.hpp"

namespace matchrunner::python {
namespace {

py::object object_of(py::handle handle) { return py::reinterpret_borrow<py::object>(handle); }

}  // namespace

std::unique_ptr<RunnerHandle> open_handle(const py::object& store, const py::object& artifacts,
                                          const py::object& executor, const py::dict& sinks,
                                          const py::sequence& sources, std::string pool, std::uint32_t slots,
                                          std::int32_t workers, std::string only_match, const py::object& spool_folder,
                                          std::string name, milliseconds lease, milliseconds collect_timeout,
                                          std::uint32_t backlog, std::map<std::string, std::string> streams,
                                          std::vector<std::string> targets, bool return_queued,
                                          std::vector<std::string> host_paths) {
  RunnerOptions options;
  options.store = port_from<StateStore>(store, &open_state_store);
  options.artifacts = port_from<ArtifactSink>(artifacts, &open_artifact_sink);
  options.executor = executor_from(executor);
  for (const auto& [sink_name, sink] : sinks)
    options.sinks[py::cast<std::string>(sink_name)] = port_from<EventSink>(object_of(sink), &open_event_sink);
  for (const auto& source : sources)
    options.sources.push_back(port_from<CommandSource>(object_of(source), &open_command_source));
  options.pool = std::move(pool);
  options.slots = slots;
  options.workers = workers;
  options.only_match = std::move(only_match);
  options.spool_folder = folder_from(spool_folder);
  options.name = std::move(name);
  options.lease = lease;
  options.collect_timeout = collect_timeout;
  options.backlog = backlog;
  options.return_queued = return_queued;
  options.streams = std::move(streams);
  options.targets = std::move(targets);
  options.host_paths = std::move(host_paths);
  return std::make_unique<RunnerHandle>(std::move(options));
}

}  // namespace matchrunner::python
