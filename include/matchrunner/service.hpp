// SPDX-License-Identifier: Apache-2.0
// Service: a Runner with what an operator needs around it: ports by URL from one configuration, pages, metrics, a log,
// and limits that can change while it runs. `matchrunner serve` is this and its signals.
// Safe for concurrent calls from any thread. It installs no signal handlers, prints nothing and owns its threads until
// close(); after fork() every call in the child returns `forked`, or what is empty.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/log_line.hpp"
#include "matchrunner/domain/service_status.hpp"
#include "matchrunner/runner.hpp"
#include "matchrunner/service_config.hpp"

namespace matchrunner {

class Service {
 public:
  // Opens every port, then runs matches. `invalid_argument`: the configuration, by the name of its field;
  // `unavailable`: the address of the pages is in use; others are those of the ports.
  static Result<std::unique_ptr<Service>> open(const ServiceConfig& config);

  virtual ~Service() = default;  // as close(0)

  // To submit, look and stop. Not to be closed: close() of the service does.
  virtual Runner& runner() = 0;

  virtual std::string http_address() const = 0;  // of its pages, with the port that they got; empty: none

  // The next line of its log, or nothing when the context's deadline passed without one. `cancelled` by the context's
  // stop token, and when the service has ended and told everything. Lines that nobody takes are dropped, oldest first.
  virtual Result<std::optional<LogLine>> next_log(const Context& context) = 0;

  // What /status and /metrics show; neither asks the store.
  virtual ServiceStatus status() const = 0;
  virtual std::string metrics() const = 0;

  // Takes over slots, grace_seconds, keep_days and log_level. Returns the names of other fields that differ: they need
  // a new service. Fewer slots than are in use: the change is made as soon as the slots that go are free.
  virtual Result<std::vector<std::string>> reload(const ServiceConfig& config) = 0;

  // Takes no more commands and matches, lets those under way end until the grace is over, gives back the rest, flushes
  // the sinks, ends. The pages are there meanwhile. No `grace`: as configured. Idempotent; another call with no grace
  // cuts it short. The command "shutdown" has the same effect as a call without `grace`.
  virtual Result<void> close(std::optional<milliseconds> grace = std::nullopt) = 0;
};

}  // namespace matchrunner
