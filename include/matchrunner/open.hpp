// SPDX-License-Identifier: Apache-2.0
// open_*: ports by URL ("sqlite:///runs.db", "file:///artifacts", "sandbox://", "memory://"); one visible table of
// adapters. Safe from any thread. An adapter that cannot be configured fails here; nothing falls back to another.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/diagnosis.hpp"
#include "matchrunner/domain/image.hpp"
#include "matchrunner/ports/artifact_sink.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "matchrunner/ports/event_sink.hpp"
#include "matchrunner/ports/executor.hpp"
#include "matchrunner/ports/http_server.hpp"
#include "matchrunner/ports/state_store.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner {

// `invalid_argument`: not a URL, an unknown scheme (the message lists the known ones) or option; others as the adapter
// says.
Result<std::shared_ptr<StateStore>> open_state_store(const std::string& url);
Result<std::shared_ptr<ArtifactSink>> open_artifact_sink(const std::string& url);
Result<std::shared_ptr<EventSink>> open_event_sink(const std::string& url);
Result<std::shared_ptr<CommandSource>> open_command_source(const std::string& url);

// Checks the URL and the host once; the factory then makes one executor for each worker. Of several URLs, with spaces
// between them, each match gets the first that can make its wiring and start its seats.
Result<ExecutorFactory> open_executor(const std::string& urls);

// Pages at "HOST:PORT". `unsupported`: this build has no server; others as the adapter says.
Result<std::unique_ptr<HttpServer>> open_http_server(const std::string& address, std::vector<HttpRoute> routes);

// What this host offers for an executor of this URL ("sandbox://?isolation=require"), as `matchrunner doctor` shows it.
// `unsupported`: an executor that holds nothing itself.
Result<Diagnosis> diagnose(const std::string& executor_url);

// Images of the engine that a URL of its executor names ("docker://", docs/docker.md); of several URLs, with spaces
// between them, the first of an engine counts. `unsupported`: this build has no Docker; others, and what is done, as in
// matchrunner/adapters/docker_images.hpp.
Result<Image> build_image(const std::string& executor_urls, const ImageBuild& build,
                          const OnImageStep& on_step = nullptr, const Context& context = {});
Result<Image> push_image(const std::string& executor_urls, const std::string& tag, const OnImageStep& on_step = nullptr,
                         const Context& context = {});
Result<Image> pull_image(const std::string& executor_urls, const std::string& tag, const OnImageStep& on_step = nullptr,
                         const Context& context = {});

// The URL as it may be shown: the password and every option that names a secret become "***", and control characters
// %XX.
std::string masked_url(std::string_view url);

// The URL without user, password and every option that names a secret: where it leads, for anybody to see.
std::string bare_url(std::string_view url);

// `pattern` is a URL in which `*` stands for anything: its scheme, its host with port, its path, and each of its
// options must be those of `url`. Besides them `url` may have user, password and session_token, and no other option.
bool is_permitted_url(std::string_view url, std::string_view pattern);

// One row of the table, as `matchrunner version` and docs/adapters.md show it.
struct AdapterRow {
  std::string port;    // "state_store", "artifact_sink", "event_sink", "command_source", "executor"
  std::string scheme;  // "sqlite"
  std::string form;    // "sqlite:///PATH[?durable=0|1]"
};
std::vector<AdapterRow> adapters();

// Adds a row; `already_exists` when the scheme is taken for that port. The function gets the whole URL.
Result<void> add_state_store(AdapterRow row,
                             std::function<Result<std::shared_ptr<StateStore>>(const std::string&)> open);
Result<void> add_artifact_sink(AdapterRow row,
                               std::function<Result<std::shared_ptr<ArtifactSink>>(const std::string&)> open);
Result<void> add_event_sink(AdapterRow row, std::function<Result<std::shared_ptr<EventSink>>(const std::string&)> open);
Result<void> add_command_source(AdapterRow row,
                                std::function<Result<std::shared_ptr<CommandSource>>(const std::string&)> open);
Result<void> add_executor(AdapterRow row, std::function<Result<ExecutorFactory>(const std::string&)> open);

}  // namespace matchrunner
