// SPDX-License-Identifier: Apache-2.0
// States of a service: open -> ready (what /readyz says may change) -> draining -> ended.
//   open      its runner takes matches, the follower reads the journal, the pruner forgets, the pages are there
//   draining  close() has begun: nothing is forgotten, the runner takes nothing, matches under way get the grace, the
//             pages go on
//   ended     the runner is closed and its journal told, the pages are gone, the log is closed
// Killed in between: the store has everything; leases lapse, and another runner takes the matches up.
#include "matchrunner/service.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <thread>

#include "base/clocks.hpp"
#include "matchrunner/json.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/version.hpp"
#include "runtime/health_book.hpp"
#include "runtime/service/journal_follower.hpp"
#include "runtime/service/metrics_text.hpp"
#include "runtime/service/pruner.hpp"
#include "runtime/service/secret_references.hpp"
#include "runtime/service/service_ports.hpp"
#include "runtime/service/status_page.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds resize_again_every{1000};

constexpr std::string_view html = "text/html; charset=utf-8";
constexpr std::string_view json_type = "application/json";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

milliseconds from_seconds(double seconds) { return milliseconds(std::llround(seconds * 1000)); }
milliseconds grace_of(const ServiceConfig& config) { return from_seconds(config.grace_seconds); }

// Fields that differ and are read only once.
std::vector<std::string> fixed_differences(const ServiceConfig& now, const ServiceConfig& wanted) {
  std::vector<std::string> names;
  const auto compare = [&](const char* name, const auto& member) {
    if (now.*member != wanted.*member) names.emplace_back(name);
  };
  compare("store", &ServiceConfig::store);
  compare("artifacts", &ServiceConfig::artifacts);
  compare("executor", &ServiceConfig::executor);
  compare("spool", &ServiceConfig::spool);
  compare("sources", &ServiceConfig::sources);
  compare("sinks", &ServiceConfig::sinks);
  compare("streams", &ServiceConfig::streams);
  compare("targets", &ServiceConfig::targets);
  compare("host_paths", &ServiceConfig::host_paths);
  compare("pool", &ServiceConfig::pool);
  compare("workers", &ServiceConfig::workers);
  compare("backlog", &ServiceConfig::backlog);
  compare("return_queued", &ServiceConfig::return_queued);
  compare("name", &ServiceConfig::name);
  compare("lease_seconds", &ServiceConfig::lease_seconds);
  compare("healthy_seconds", &ServiceConfig::healthy_seconds);
  compare("collect_seconds", &ServiceConfig::collect_seconds);
  compare("http", &ServiceConfig::http);
  compare("log_format", &ServiceConfig::log_format);
  return names;
}

class RunningService : public Service {
 public:
  explicit RunningService(ServiceConfig config)
      : healthy_(from_seconds(config.healthy_seconds)), log_(config.log_level), config_(std::move(config)) {}
  ~RunningService() override;
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  Result<void> start();

  Runner& runner() override { return *runner_; }
  std::string http_address() const override { return http_ ? http_->address() : std::string(); }
  Result<std::optional<LogLine>> next_log(const Context& context) override;
  ServiceStatus status() const override;
  std::string metrics() const override;
  Result<std::vector<std::string>> reload(const ServiceConfig& config) override;
  Result<void> close(std::optional<milliseconds> grace) override;

 private:
  bool forked() const { return ::getpid() != pid_; }
  static Error fork_error() {
    return {ErrorCode::forked, "this service was opened before fork(); open one in each process", "service"};
  }

  Result<void> open_runner();
  Result<void> open_pages();
  void resize(std::uint32_t slots) MATCHRUNNER_REQUIRES(reloading_);
  void begin_pruning() MATCHRUNNER_REQUIRES(reloading_);
  void end_by_command();
  std::vector<std::string> why_not_ready(const RunnerHealth& health) const;
  // Its keeper, whose calls of the store take as long as that lets them.
  bool hangs(const RunnerHealth& health) const { return health.silent > healthy_; }
  std::string for_too_long() const;
  HttpAnswer alive() const;
  HttpAnswer readiness() const;

  const pid_t pid_ = ::getpid();
  const Time started_at_ = wall_now();
  const milliseconds healthy_;
  LogQueue log_;
  std::unique_ptr<Runner> runner_;
  std::unique_ptr<JournalFollower> follower_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<std::jthread> pages_;
  std::atomic<bool> draining_ = false;
  mutable Mutex mutex_;
  ServiceConfig config_ MATCHRUNNER_GUARDED_BY(mutex_);
  Mutex reloading_;
  std::unique_ptr<std::jthread> resizing_
      MATCHRUNNER_GUARDED_BY(reloading_);  // a change of slots that waits for slots to be free
  std::unique_ptr<Pruner> pruner_ MATCHRUNNER_GUARDED_BY(reloading_);  // nullptr: matches are kept for ever
  Mutex closing_;
  bool closed_ MATCHRUNNER_GUARDED_BY(closing_) = false;
  std::unique_ptr<std::jthread> ending_;  // made by the follower's thread, which a close() joins
};

// The threads of the parent are not in a forked child, and their locks may be held for ever: touch nothing.
RunningService::~RunningService() {
  if (!forked()) {
    [[maybe_unused]] const auto ended = close(milliseconds(0));
    return;
  }
  [[maybe_unused]] const void* const leaked[] = {runner_.release(), follower_.release(), http_.release(),
                                                 pages_.release(),  resizing_.release(), pruner_.release(),
                                                 ending_.release()};
}

Result<void> RunningService::open_runner() {
  ServiceConfig config;
  {
    const Lock lock(mutex_);
    config = config_;
  }
  auto options = open_ports(config);
  if (!options) return options.error();
  const std::shared_ptr<StateStore> store = options->store;
  auto runner = Runner::open(*options);
  // A pool of another size, from before the configuration was changed.
  const bool other_size = !runner && runner.error().code == ErrorCode::conflict && config.slots != 0;
  if (other_size) {
    options->slots = 0;
    runner = Runner::open(*std::move(options));
  }
  if (!runner) {
    Error error = std::move(runner).error();
    for (const auto& [pattern, url] : config.streams) error.message = with_values_hidden(std::move(error.message), url);
    return error;
  }
  runner_ = *std::move(runner);
  const auto health = runner_->health();
  if (!health) return health.error();
  follower_ = std::make_unique<JournalFollower>(*runner_, store, log_, health->name, [this] { end_by_command(); });
  if (other_size) {
    const Lock reloading(reloading_);
    resize(config.slots);
  }
  return follower_->start();
}

Result<void> RunningService::open_pages() {
  std::string address;
  {
    const Lock lock(mutex_);
    address = config_.http;
  }
  if (address == "off") return {};
  const std::vector<HttpRoute> routes{
      {"/",
       [this] {
         return HttpAnswer{200, std::string(html), status_page(status())};
       }},
      {"/status",
       [this] {
         return HttpAnswer{200, std::string(json_type), to_json(status()) + "\n"};
       }},
      {"/healthz", [this] { return alive(); }},
      {"/readyz", [this] { return readiness(); }},
      {"/metrics",
       [this] {
         return HttpAnswer{200, std::string(metrics_type), metrics()};
       }},
  };
  auto server = open_http_server(address, routes);
  if (!server) return std::move(server).error();
  http_ = *std::move(server);
  return {};
}

Result<void> RunningService::start() {
  if (auto pages = open_pages(); !pages) return pages;  // before anything runs: the address may be taken
  if (auto runner = open_runner(); !runner) return runner;
  if (http_)
    pages_ = std::make_unique<std::jthread>([this](const std::stop_token& stop) {
      const auto served = http_->serve(Context{Context::Clock::time_point::max(), stop});
      if (!served) log_.put(LogLevel::error, "the pages are gone: " + served.error().describe());
    });
  {
    const Lock reloading(reloading_);
    if (!draining_) begin_pruning();  // a command may have asked for the end
  }
  log_.put(LogLevel::info, http_ ? "ready; pages at http://" + http_->address() + "/" : std::string("ready"));
  return {};
}

Result<std::optional<LogLine>> RunningService::next_log(const Context& context) {
  if (forked()) return fork_error();
  return log_.next(context);
}

std::vector<std::string> RunningService::why_not_ready(const RunnerHealth& health) const {
  std::vector<std::string> reasons;
  if (draining_) reasons.emplace_back("draining");
  for (const PartHealth& part : health.parts) {
    // What waits for those is kept: matches can be taken.
    const bool can_wait = part.name.starts_with("sink ") || part.name == artifacts_part;
    if (part.failures != 0 && !can_wait) reasons.push_back(part.name + " fails: " + part.last_error);
  }
  if (hangs(health)) reasons.push_back("store: no answer" + for_too_long());
  return reasons;
}

std::string RunningService::for_too_long() const {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), " for more than %g s", static_cast<double>(healthy_.count()) / 1000);
  return text.data();
}

HttpAnswer RunningService::alive() const {
  const auto health = runner_->health();
  if (health && !hangs(*health)) return {200, "text/plain; charset=utf-8", "alive\n"};
  return {503, "text/plain; charset=utf-8", "its keeper has not looked at the store" + for_too_long() + "\n"};
}

HttpAnswer RunningService::readiness() const {
  const ServiceStatus now = status();
  std::string body = now.ready ? "ready\n" : "not ready\n";
  for (const std::string& why : now.not_ready) body += why + "\n";
  return {now.ready ? 200U : 503U, "text/plain; charset=utf-8", std::move(body)};
}

ServiceStatus RunningService::status() const {
  ServiceStatus status;
  status.version = MATCHRUNNER_VERSION;
  if (forked()) return status;
  status.at = wall_now();
  status.started_at = started_at_;
  status.draining = draining_;
  const auto health = runner_->health();
  if (!health) return status;
  status.name = health->name;
  status.workers = health->workers;
  status.parts = health->parts;
  status.not_ready = why_not_ready(*health);
  status.ready = status.not_ready.empty();
  follower_->board().show(status, health->name);
  {
    const Lock lock(mutex_);
    status.pool = config_.pool;
  }
  StoreFacts facts = follower_->facts();
  for (const PoolStatus& pool : facts.pools) {
    if (pool.name != status.pool) continue;
    status.slots = pool.slots;
    status.slots_used = static_cast<std::uint32_t>(pool.busy.size());
  }
  status.sinks = std::move(facts.sinks);
  status.waiting_artifacts = facts.artifacts.size();
  for (const WaitingArtifacts& waiting : facts.artifacts)
    if (status.waiting_artifacts_error.empty()) status.waiting_artifacts_error = waiting.last_error;
  return status;
}

std::string RunningService::metrics() const {
  if (forked()) return {};
  const ServiceStatus now = status();
  const StoreFacts facts = follower_->facts();
  const MatchCounts counts = follower_->counts();
  return metrics_text({now, facts, counts, follower_->board().oldest_queued()});
}

// Fewer slots can only be had once those that go are free, which may take as long as a match.
void RunningService::resize(std::uint32_t slots) {
  resizing_.reset();  // before there is another: an older wish must not come last
  resizing_ = std::make_unique<std::jthread>([this, slots](const std::stop_token& stop) {
    const Context until_told{Context::Clock::time_point::max(), stop};
    std::string pool;
    {
      const Lock lock(mutex_);
      pool = config_.pool;
    }
    for (bool told = false; !stop.stop_requested(); let_pass(resize_again_every, until_told)) {
      const auto resized = runner_->resize_pool(pool, slots);
      if (resized) return log_.put(LogLevel::info, "pool " + pool + " has " + std::to_string(slots) + " slots now");
      if (!told) log_.put(LogLevel::warning, "pool " + pool + " is resized later: " + resized.error().describe());
      told = true;
    }
  });
}

void RunningService::begin_pruning() {
  double days = 0;
  {
    const Lock lock(mutex_);
    days = config_.keep_days;
  }
  pruner_.reset();
  if (days > 0) pruner_ = std::make_unique<Pruner>(*runner_, log_, days);
}

// On a thread of its own: close() waits for the one that hears of the command.
void RunningService::end_by_command() {
  if (ending_) return;
  log_.put(LogLevel::info, "a command asks for the end");
  ending_ = std::make_unique<std::jthread>([this] { [[maybe_unused]] const auto ended = close(std::nullopt); });
}

Result<std::vector<std::string>> RunningService::reload(const ServiceConfig& config) {
  if (forked()) return fork_error();
  const Lock reloading(reloading_);
  if (draining_) return Error{ErrorCode::conflict, "the service is ending", "service"};
  std::vector<std::string> fixed;
  bool other_slots = false;
  bool other_keeping = false;
  {
    const Lock lock(mutex_);
    fixed = fixed_differences(config_, config);
    other_slots = config.slots != 0 && config.slots != config_.slots;
    other_keeping = config.keep_days != config_.keep_days;
    config_.slots = config.slots;
    config_.keep_days = config.keep_days;
    config_.grace_seconds = config.grace_seconds;
    config_.log_level = config.log_level;
  }
  log_.set_level(config.log_level);
  if (other_slots) resize(config.slots);
  if (other_keeping) begin_pruning();
  std::string line = "reloaded";
  for (const std::string& name : fixed) line += (line == "reloaded" ? "; needs a restart: " : ", ") + name;
  log_.put(fixed.empty() ? LogLevel::info : LogLevel::warning, line);
  return fixed;
}

Result<void> RunningService::close(std::optional<milliseconds> grace) {
  if (forked()) return fork_error();
  milliseconds time{0};
  {
    const Lock lock(mutex_);
    time = grace.value_or(grace_of(config_));
  }
  const bool first = !draining_.exchange(true);
  if (!first && time <= milliseconds(0) && runner_) [[maybe_unused]]
    const auto hurried = runner_->close(milliseconds(0));  // a close under way waits no longer
  const Lock closing(closing_);
  if (closed_) return {};
  closed_ = true;
  std::unique_ptr<std::jthread> resizing;
  std::unique_ptr<Pruner> pruner;
  {
    const Lock reloading(reloading_);
    resizing.swap(resizing_);  // none comes after: it is draining
    pruner.swap(pruner_);      // likewise
  }
  resizing.reset();
  pruner.reset();
  if (runner_) {
    const double seconds = static_cast<double>(time.count()) / 1000;
    log_.put(LogLevel::info, "ending; matches under way get " + std::to_string(static_cast<long>(seconds)) + " s");
    [[maybe_unused]] const auto ended = runner_->close(time);
  }
  if (follower_) follower_->join();
  pages_.reset();
  log_.put(LogLevel::info, "ended");
  log_.close();
  return {};
}

}  // namespace

Result<std::unique_ptr<Service>> Service::open(const ServiceConfig& config) {
  auto service = std::make_unique<RunningService>(config);
  if (auto started = service->start(); !started) return started.error();
  return std::unique_ptr<Service>(std::move(service));
}

}  // namespace matchrunner
