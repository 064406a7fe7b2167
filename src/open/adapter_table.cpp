// SPDX-License-Identifier: Apache-2.0
// The one table of adapters: what each scheme opens, and how its URL looks.
#include <array>

#include "base/mutex.hpp"
#include "matchrunner/adapters/directory.hpp"
#include "matchrunner/adapters/docker_images.hpp"
#include "matchrunner/adapters/http_server.hpp"
#include "matchrunner/adapters/json_lines.hpp"
#include "matchrunner/adapters/memory.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "matchrunner/adapters/s3.hpp"
#include "matchrunner/adapters/sandbox.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "matchrunner/open.hpp"
#include "open/adapter_registry.hpp"
#include "open/amqp_url.hpp"
#include "open/docker_url.hpp"
#include "open/executor_choice.hpp"
#include "open/s3_url.hpp"
#include "open/url.hpp"

namespace matchrunner {
namespace {

using Names = std::span<const std::string_view>;

// The URL's parts, once it has nothing that its form has not.
Result<Url> read_url(const std::string& text, std::string_view form, Names options = {}) {
  auto url = parse_url(text);
  if (!url) return url;
  if (auto checked = check_no_host(*url, form); !checked) return checked.error();
  if (auto checked = check_options(*url, options, form); !checked) return checked.error();
  return url;
}

constexpr std::string_view memory_form = "memory://";

// A memory adapter: `make` when the URL is the bare scheme.
template <class Port, auto make>
Result<Port> open_memory(const std::string& text) {
  const auto url = read_url(text, memory_form);
  if (!url) return url.error();
  if (!url->path.empty())
    return Error{ErrorCode::invalid_argument, "'" + url->text + "': memory:// has no path; each open makes a new one"};
  return Port(make());
}

std::shared_ptr<StateStore> memory_store() { return make_memory_store(); }
ExecutorFactory memory_executors() {
  return [] { return Result<std::shared_ptr<Executor>>(make_memory_executor()); };
}

constexpr std::string_view artifacts_form = "file:///FOLDER";
Result<std::shared_ptr<ArtifactSink>> open_directory(const std::string& text) {
  const auto url = read_url(text, artifacts_form);
  if (!url) return url.error();
  auto folder = required_path(*url, artifacts_form);
  if (!folder) return std::move(folder).error();
  return make_directory_artifacts({.folder = *folder});
}

constexpr std::string_view events_form = "file:///PATH";
Result<std::shared_ptr<EventSink>> open_json_lines(const std::string& text) {
  const auto url = read_url(text, events_form);
  if (!url) return url.error();
  auto path = required_path(*url, events_form);
  if (!path) return std::move(path).error();
  return make_json_lines_events({.path = *path});
}

#if defined(MATCHRUNNER_WITH_SQLITE)
// As SQLAlchemy has it: three slashes and a path from the current folder, or four and an absolute one.
constexpr std::string_view sqlite_form = "sqlite:///PATH[?durable=1|0]";
Result<std::shared_ptr<StateStore>> open_sqlite(const std::string& text) {
  constexpr std::array<std::string_view, 1> options{"durable"};
  constexpr std::array<std::string_view, 2> durable{"0", "1"};
  const auto url = read_url(text, sqlite_form, options);
  if (!url) return url.error();
  auto path = required_path(*url, sqlite_form);
  if (!path) return std::move(path).error();
  if (*path == "/:memory:")
    return Error{ErrorCode::invalid_argument, "'" + url->text + "': a store in memory is memory://"};
  const auto choice = choice_of(*url, "durable", durable, "1");
  if (!choice) return choice.error();
  return make_sqlite_store({.path = path->substr(1), .durable = *choice == 1});
}
#endif

#if defined(MATCHRUNNER_WITH_S3)
Result<std::shared_ptr<ArtifactSink>> open_s3(const std::string& text) {
  const auto options = s3_options(text);
  if (!options) return options.error();
  return make_s3_artifacts(*options);
}
#endif

// The first executor, made when the URL was opened, and then one more for each call.
template <class Options, auto make_one>
class Factory {
 public:
  Factory(Options options, std::shared_ptr<Executor> first) : options_(std::move(options)), first_(std::move(first)) {}

  Result<std::shared_ptr<Executor>> make() {
    {
      Lock lock(mutex_);
      if (first_) return std::exchange(first_, nullptr);
    }
    return make_one(options_);
  }

 private:
  const Options options_;
  Mutex mutex_;
  std::shared_ptr<Executor> first_ MATCHRUNNER_GUARDED_BY(mutex_);
};

#if defined(MATCHRUNNER_WITH_SANDBOX)

constexpr std::string_view sandbox_form =
    "sandbox://[?isolation=require|prefer|allow-none&tier=full|user|restricted|none]";
Result<SandboxOptions> sandbox_options(const std::string& text) {
  constexpr std::array<std::string_view, 2> options{"isolation", "tier"};
  constexpr std::array<std::string_view, 3> policies{"require", "prefer", "allow-none"};           // as IsolationPolicy
  constexpr std::array<std::string_view, 4> weak_to_strong{"none", "restricted", "user", "full"};  // as Tier
  const auto url = read_url(text, sandbox_form, options);
  if (!url) return url.error();
  if (!url->path.empty())
    return Error{ErrorCode::invalid_argument,
                 "'" + url->text + "': no path belongs here (" + std::string(sandbox_form) + ")"};
  const auto choice = choice_of(*url, "isolation", policies, "prefer");
  if (!choice) return choice.error();
  const auto tier = choice_of(*url, "tier", weak_to_strong, "full");
  if (!tier) return tier.error();
  SandboxOptions sandbox;
  sandbox.policy = static_cast<IsolationPolicy>(*choice);
  sandbox.tier = static_cast<Tier>(*tier);
  return sandbox;
}

Result<ExecutorFactory> open_sandbox(const std::string& text) {
  const auto options = sandbox_options(text);
  if (!options) return options.error();
  auto first = make_sandbox_executor(*options);
  if (!first) return std::move(first).error();
  auto factory = std::make_shared<Factory<SandboxOptions, make_sandbox_executor>>(*options, std::move(*first));
  return ExecutorFactory([factory] { return factory->make(); });
}
#endif

#if defined(MATCHRUNNER_WITH_DOCKER)
Result<ExecutorFactory> open_docker(const std::string& text) {
  const auto options = docker_options(text);
  if (!options) return options.error();
  auto first = make_docker_executor(*options);
  if (!first) return std::move(first).error();
  auto factory = std::make_shared<Factory<DockerOptions, make_docker_executor>>(*options, std::move(*first));
  return ExecutorFactory([factory] { return factory->make(); });
}
#endif

#if defined(MATCHRUNNER_WITH_RABBITMQ)
Result<std::shared_ptr<CommandSource>> open_amqp_commands(const std::string& text) {
  const auto options = amqp_commands_options(text);
  if (!options) return options.error();
  return make_rabbitmq_commands(*options);
}
Result<std::shared_ptr<EventSink>> open_amqp_events(const std::string& text) {
  const auto options = amqp_events_options(text);
  if (!options) return options.error();
  return make_rabbitmq_events(*options);
}
Result<std::shared_ptr<ArtifactSink>> open_amqp_artifacts(const std::string& text) {
  const auto options = amqp_artifacts_options(text);
  if (!options) return options.error();
  return make_rabbitmq_artifacts(*options);
}
#endif

template <class Port>
using Shared = std::shared_ptr<Port>;

template <class Opened>
struct BuiltIn {
  std::string_view scheme;
  std::string_view form;
  Result<Opened> (*open)(const std::string&);
};

constexpr BuiltIn<Shared<StateStore>> state_store_rows[] = {
#if defined(MATCHRUNNER_WITH_SQLITE)
    {"sqlite", sqlite_form, open_sqlite},
#endif
    {"memory", memory_form, open_memory<Shared<StateStore>, memory_store>},
};
constexpr BuiltIn<Shared<ArtifactSink>> artifact_sink_rows[] = {
    {"file", artifacts_form, open_directory},
#if defined(MATCHRUNNER_WITH_S3)
    {"s3", s3_form, open_s3},
#endif
#if defined(MATCHRUNNER_WITH_RABBITMQ)
    {"amqp", amqp_artifacts_form, open_amqp_artifacts},
    {"amqps", amqp_artifacts_form, open_amqp_artifacts},
#endif
    {"memory", memory_form, open_memory<Shared<ArtifactSink>, make_memory_artifacts>},
};
constexpr BuiltIn<Shared<EventSink>> event_sink_rows[] = {
    {"file", events_form, open_json_lines},
#if defined(MATCHRUNNER_WITH_RABBITMQ)
    {"amqp", amqp_events_form, open_amqp_events},
    {"amqps", amqp_events_form, open_amqp_events},
#endif
    {"memory", memory_form, open_memory<Shared<EventSink>, make_memory_events>},
};
constexpr BuiltIn<Shared<CommandSource>> command_source_rows[] = {
#if defined(MATCHRUNNER_WITH_RABBITMQ)
    {"amqp", amqp_commands_form, open_amqp_commands},
    {"amqps", amqp_commands_form, open_amqp_commands},
#endif
    {"memory", memory_form, open_memory<Shared<CommandSource>, make_memory_commands>},
};
constexpr BuiltIn<ExecutorFactory> executor_rows[] = {
#if defined(MATCHRUNNER_WITH_SANDBOX)
    {"sandbox", sandbox_form, open_sandbox},
#endif
#if defined(MATCHRUNNER_WITH_DOCKER)
    {"docker", docker_form, open_docker},
#endif
    {"memory", memory_form, open_memory<ExecutorFactory, memory_executors>},
};

template <class Opened>
void add_all(AdapterRegistry<Opened>& registry, std::span<const BuiltIn<Opened>> rows) {
  for (const BuiltIn<Opened>& row : rows)
    (void)registry.add({"", std::string(row.scheme), std::string(row.form)}, row.open);  // their schemes differ
}

struct Adapters {
  AdapterRegistry<Shared<StateStore>> state_stores{"state_store", {{"sqlite", "MATCHRUNNER_WITH_SQLITE"}}};
  AdapterRegistry<Shared<ArtifactSink>> artifact_sinks{
      "artifact_sink",
      {{"s3", "MATCHRUNNER_WITH_S3"}, {"amqp", "MATCHRUNNER_WITH_RABBITMQ"}, {"amqps", "MATCHRUNNER_WITH_RABBITMQ"}}};
  AdapterRegistry<Shared<EventSink>> event_sinks{
      "event_sink", {{"amqp", "MATCHRUNNER_WITH_RABBITMQ"}, {"amqps", "MATCHRUNNER_WITH_RABBITMQ"}}};
  AdapterRegistry<Shared<CommandSource>> command_sources{
      "command_source", {{"amqp", "MATCHRUNNER_WITH_RABBITMQ"}, {"amqps", "MATCHRUNNER_WITH_RABBITMQ"}}};
  AdapterRegistry<ExecutorFactory> executors{
      "executor", {{"sandbox", "MATCHRUNNER_WITH_SANDBOX"}, {"docker", "MATCHRUNNER_WITH_DOCKER"}}};

  Adapters() {
    add_all<Shared<StateStore>>(state_stores, state_store_rows);
    add_all<Shared<ArtifactSink>>(artifact_sinks, artifact_sink_rows);
    add_all<Shared<EventSink>>(event_sinks, event_sink_rows);
    add_all<Shared<CommandSource>>(command_sources, command_source_rows);
    add_all<ExecutorFactory>(executors, executor_rows);
  }
};

// Never destroyed: ports may be opened while the program's own statics are torn down.
Adapters& all_adapters() {
  static Adapters& adapters = *new Adapters;
  return adapters;
}

}  // namespace

Result<std::shared_ptr<StateStore>> open_state_store(const std::string& url) {
  return all_adapters().state_stores.open(url);
}
Result<std::shared_ptr<ArtifactSink>> open_artifact_sink(const std::string& url) {
  return all_adapters().artifact_sinks.open(url);
}
Result<std::shared_ptr<EventSink>> open_event_sink(const std::string& url) {
  return all_adapters().event_sinks.open(url);
}
Result<std::shared_ptr<CommandSource>> open_command_source(const std::string& url) {
  return all_adapters().command_sources.open(url);
}
Result<ExecutorFactory> open_executor(const std::string& urls) {
  return open_each(urls, [](const std::string& url) { return all_adapters().executors.open(url); });
}

std::vector<AdapterRow> adapters() {
  std::vector<AdapterRow> rows;
  all_adapters().state_stores.list(rows);
  all_adapters().artifact_sinks.list(rows);
  all_adapters().event_sinks.list(rows);
  all_adapters().command_sources.list(rows);
  all_adapters().executors.list(rows);
  return rows;
}

Result<void> add_state_store(AdapterRow row,
                             std::function<Result<std::shared_ptr<StateStore>>(const std::string&)> open) {
  return all_adapters().state_stores.add(std::move(row), std::move(open));
}
Result<void> add_artifact_sink(AdapterRow row,
                               std::function<Result<std::shared_ptr<ArtifactSink>>(const std::string&)> open) {
  return all_adapters().artifact_sinks.add(std::move(row), std::move(open));
}
Result<void> add_event_sink(AdapterRow row,
                            std::function<Result<std::shared_ptr<EventSink>>(const std::string&)> open) {
  return all_adapters().event_sinks.add(std::move(row), std::move(open));
}
Result<void> add_command_source(AdapterRow row,
                                std::function<Result<std::shared_ptr<CommandSource>>(const std::string&)> open) {
  return all_adapters().command_sources.add(std::move(row), std::move(open));
}
Result<void> add_executor(AdapterRow row, std::function<Result<ExecutorFactory>(const std::string&)> open) {
  return all_adapters().executors.add(std::move(row), std::move(open));
}

Result<std::unique_ptr<HttpServer>> open_http_server(const std::string& address,
                                                     [[maybe_unused]] std::vector<HttpRoute> routes) {
#if defined(MATCHRUNNER_WITH_HTTP_SERVER)
  HttpServerOptions options;
  options.address = address;
  options.routes = std::move(routes);
  return make_http_server(std::move(options));
#else
  return Error{ErrorCode::unsupported, "'" + address +
                                           "': this build has no pages; build with "
                                           "MATCHRUNNER_WITH_HTTP_SERVER"};
#endif
}

Result<Diagnosis> diagnose(const std::string& executor_url) {
#if defined(MATCHRUNNER_WITH_SANDBOX)
  if (executor_url.rfind("sandbox:", 0) == 0) {
    const auto options = sandbox_options(executor_url);
    if (!options) return options.error();
    return diagnose_sandbox(*options);
  }
#endif
  return Error{ErrorCode::unsupported, "'" + masked_url(executor_url) + "': only sandbox:// asks anything of its host"};
}

#if defined(MATCHRUNNER_WITH_DOCKER)
Result<Image> build_image(const std::string& executor_urls, const ImageBuild& build, const OnImageStep& on_step,
                          const Context& context) {
  const auto options = engine_options(executor_urls);
  return options ? build_image(*options, build, on_step, context) : options.error();
}
Result<Image> push_image(const std::string& executor_urls, const std::string& tag, const OnImageStep& on_step,
                         const Context& context) {
  const auto options = engine_options(executor_urls);
  return options ? push_image(*options, tag, on_step, context) : options.error();
}
Result<Image> pull_image(const std::string& executor_urls, const std::string& tag, const OnImageStep& on_step,
                         const Context& context) {
  const auto options = engine_options(executor_urls);
  return options ? pull_image(*options, tag, on_step, context) : options.error();
}
#else
namespace {
Error no_images() {
  return {ErrorCode::unsupported, "images: this build has no engine; build with MATCHRUNNER_WITH_DOCKER"};
}
}  // namespace
Result<Image> build_image(const std::string&, const ImageBuild&, const OnImageStep&, const Context&) {
  return no_images();
}
Result<Image> push_image(const std::string&, const std::string&, const OnImageStep&, const Context&) {
  return no_images();
}
Result<Image> pull_image(const std::string&, const std::string&, const OnImageStep&, const Context&) {
  return no_images();
}
#endif

}  // namespace matchrunner
