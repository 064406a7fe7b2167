// SPDX-License-Identifier: Apache-2.0
// Opening and closing a runner, from options of any age.
#include "matchrunner/runner.hpp"

#include "guard.hpp"
#include "read_handle.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// The port that the options name, by handle or by URL; none: an empty one.
template <class C, class Open>
Result<typename C::Value> chosen(const char* name, const C* handle, const char* url, Open open) {
  if (handle != nullptr && url != nullptr)
    return Error{ErrorCode::invalid_argument,
                 std::string("options.") + name + ": expected a handle or a URL, found both"};
  if (handle != nullptr) return C::of(handle);
  if (url != nullptr) return open(std::string(url));
  return typename C::Value();
}

Result<void> take_sinks(const mr_runner_options& given, RunnerOptions& options) {
  if (given.sink_count == 0) return {};
  if (auto arrays = check({{given.sink_names, "options.sink_names"}, {given.sinks, "options.sinks"}}); !arrays)
    return arrays;
  for (std::uint32_t i = 0; i < given.sink_count; ++i) {
    if (auto row = check({{given.sink_names[i], "options.sink_names[]"}, {given.sinks[i], "options.sinks[]"}}); !row)
      return row;
    if (!options.sinks.emplace(given.sink_names[i], mr_event_sink::of(given.sinks[i])).second)
      return Error{ErrorCode::invalid_argument,
                   std::string("options.sink_names: \"") + given.sink_names[i] + "\" stands there twice"};
  }
  return {};
}

Result<void> take_sources(const mr_runner_options& given, RunnerOptions& options) {
  if (given.source_count != 0)
    if (auto array = check({{given.sources, "options.sources"}}); !array) return array;
  for (std::uint32_t i = 0; i < given.source_count; ++i) {
    if (auto row = check({{given.sources[i], "options.sources[]"}}); !row) return row;
    options.sources.push_back(mr_command_source::of(given.sources[i]));
  }
  if (given.host_path_count != 0)
    if (auto array = check({{given.host_paths, "options.host_paths"}}); !array) return array;
  for (std::uint32_t i = 0; i < given.host_path_count; ++i) {
    if (auto row = check({{given.host_paths[i], "options.host_paths[]"}}); !row) return row;
    options.host_paths.emplace_back(given.host_paths[i]);
  }
  return {};
}

Result<void> take_streams(const mr_runner_options& given, RunnerOptions& options) {
  if (given.stream_count != 0)
    if (auto arrays =
            check({{given.stream_patterns, "options.stream_patterns"}, {given.stream_urls, "options.stream_urls"}});
        !arrays)
      return arrays;
  for (std::uint32_t i = 0; i < given.stream_count; ++i) {
    if (auto row = check(
            {{given.stream_patterns[i], "options.stream_patterns[]"}, {given.stream_urls[i], "options.stream_urls[]"}});
        !row)
      return row;
    options.streams[given.stream_patterns[i]] = given.stream_urls[i];
  }
  if (given.target_count != 0)
    if (auto array = check({{given.targets, "options.targets"}}); !array) return array;
  for (std::uint32_t i = 0; i < given.target_count; ++i) {
    if (auto row = check({{given.targets[i], "options.targets[]"}}); !row) return row;
    options.targets.emplace_back(given.targets[i]);
  }
  return {};
}

Result<RunnerOptions> options_of(const mr_runner_options& given) {
  RunnerOptions options;

  auto store = chosen("store", given.store, given.store_url, open_state_store);
  if (!store) return std::move(store).error();
  options.store = *std::move(store);

  auto artifacts = chosen("artifacts", given.artifacts, given.artifacts_url, open_artifact_sink);
  if (!artifacts) return std::move(artifacts).error();
  options.artifacts = *std::move(artifacts);

  auto executor = chosen("executor", given.executor, given.executor_url, open_executor);
  if (!executor) return std::move(executor).error();
  options.executor = *std::move(executor);

  if (auto sinks = take_sinks(given, options); !sinks) return std::move(sinks).error();

  if (auto sources = take_sources(given, options); !sources) return std::move(sources).error();

  if (auto streams = take_streams(given, options); !streams) return std::move(streams).error();

  if (given.pool != nullptr) options.pool = given.pool;
  options.slots = given.slots;
  options.workers = given.workers;
  options.backlog = given.backlog;
  options.return_queued = given.return_queued != 0;
  options.only_match = text_or_empty(given.only_match);
  options.spool_folder = text_or_empty(given.spool_folder);
  options.name = text_or_empty(given.name);
  if (given.lease_ms != 0) options.lease = milliseconds(given.lease_ms);
  if (given.collect_timeout_ms != 0) options.collect_timeout = milliseconds(given.collect_timeout_ms);
  return options;
}

}  // namespace

mr_code mr_runner_open(mr_runner** out, const mr_runner_options* options, mr_error** error) {
  return produce(out, error, {{options, "options"}}, [&]() -> Result<std::unique_ptr<Runner>> {
    auto given = read_struct(*options, mr_runner_options MR_RUNNER_OPTIONS_INIT, "options");
    if (!given) return std::move(given).error();
    auto taken = options_of(*given);
    if (!taken) return std::move(taken).error();
    return Runner::open(*std::move(taken));
  });
}

mr_code mr_runner_close(mr_runner* runner, int64_t grace_ms, mr_error** error) {
  return perform(error, {{runner, "runner"}}, [&]() -> Result<void> {
    if (grace_ms < 0) return Error{ErrorCode::invalid_argument, "grace_ms: expected 0 or more"};
    return mr_runner::of(runner).close(milliseconds(grace_ms));
  });
}

void mr_runner_free(mr_runner* runner) { mr_runner::free(runner); }
