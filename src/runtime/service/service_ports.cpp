// SPDX-License-Identifier: Apache-2.0
#include "runtime/service/service_ports.hpp"

#include <cmath>

#include "matchrunner/open.hpp"
#include "runtime/service/secret_references.hpp"

namespace matchrunner {
namespace {

Error in_field(const std::string& field, Error error) {
  error.message = field + ": " + error.message;
  return error;
}

template <class Open>
auto open_field(const std::string& field, const std::string& url, Open open) -> decltype(open(url)) {
  if (url.empty()) return Error{ErrorCode::invalid_argument, field + ": expected a URL, found nothing"};
  const auto whole = with_references(url);
  if (!whole) return in_field(field, whole.error());
  auto port = open(*whole);
  if (!port) {
    Error error = std::move(port).error();
    error.message = with_values_hidden(std::move(error.message), url);
    return in_field(field, std::move(error));
  }
  return port;
}

milliseconds from_seconds_of(double seconds) { return milliseconds(std::llround(seconds * 1000)); }

}  // namespace

Result<RunnerOptions> open_ports(const ServiceConfig& config) {
  RunnerOptions options;
  auto store = open_field("store", config.store, open_state_store);
  if (!store) return std::move(store).error();
  options.store = *std::move(store);
  auto artifacts = open_field("artifacts", config.artifacts, open_artifact_sink);
  if (!artifacts) return std::move(artifacts).error();
  options.artifacts = *std::move(artifacts);
  auto executor = open_field("executor", config.executor, open_executor);
  if (!executor) return std::move(executor).error();
  options.executor = *std::move(executor);
  for (const auto& [name, url] : config.sinks) {
    auto sink = open_field("sinks." + name, url, open_event_sink);
    if (!sink) return std::move(sink).error();
    options.sinks[name] = *std::move(sink);
  }
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    auto source = open_field("sources[" + std::to_string(i) + "]", config.sources[i], open_command_source);
    if (!source) return std::move(source).error();
    options.sources.push_back(*std::move(source));
  }
  for (const auto& [pattern, url] : config.streams) {
    const auto whole = with_references(url);  // opened by the runner, as it needs them
    if (!whole) return in_field("streams." + pattern, whole.error());
    options.streams[pattern] = *whole;
  }
  options.targets = config.targets;
  options.host_paths = config.host_paths;
  options.pool = config.pool;
  options.slots = config.slots;
  options.workers = config.workers == 0 ? -1 : config.workers;
  options.backlog = config.backlog;
  options.return_queued = config.return_queued;
  options.spool_folder = config.spool;
  options.name = config.name;
  options.lease = from_seconds_of(config.lease_seconds);
  options.collect_timeout = from_seconds_of(config.collect_seconds);
  return options;
}

}  // namespace matchrunner
