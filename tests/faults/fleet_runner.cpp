// SPDX-License-Identifier: Apache-2.0
// One process of a fleet: works on a store until it is killed. fleet_runner STORE_URL ARTIFACTS_URL SPOOL NAME SLOTS
// LEASE_MS [SINK=EVENTS_URL]...
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "matchrunner/open.hpp"
#include "matchrunner/runner.hpp"

using namespace matchrunner;

namespace {

constexpr std::chrono::minutes patience{1};

// A store can be out of reach for a while: whoever has its lock may be stopped just now.
Result<std::unique_ptr<Runner>> open_runner(char** arguments, int count) {
  RunnerOptions options;
  auto store = open_state_store(arguments[1]);
  if (!store) return std::move(store).error();
  auto artifacts = open_artifact_sink(arguments[2]);
  if (!artifacts) return std::move(artifacts).error();
  auto executor = open_executor("sandbox://");
  if (!executor) return std::move(executor).error();
  options.store = *std::move(store);
  options.artifacts = *std::move(artifacts);
  options.executor = *std::move(executor);
  options.spool_folder = arguments[3];
  options.name = arguments[4];
  options.slots = static_cast<std::uint32_t>(std::atoi(arguments[5]));
  options.lease = milliseconds(std::atoi(arguments[6]));
  for (int i = 7; i < count; ++i) {
    const std::string sink = arguments[i];
    auto events = open_event_sink(sink.substr(sink.find('=') + 1));
    if (!events) return std::move(events).error();
    options.sinks[sink.substr(0, sink.find('='))] = *std::move(events);
  }
  return Runner::open(options);
}

bool passes(ErrorCode code) { return code == ErrorCode::unavailable || code == ErrorCode::timeout; }

}  // namespace

int main(int count, char** arguments) {
  if (count < 7) return 2;
  const Context context = Context::within(patience);
  auto runner = open_runner(arguments, count);
  while (!runner && passes(runner.error().code) && context.check()) runner = open_runner(arguments, count);
  if (!runner) {
    std::fprintf(stderr, "%s\n", runner.error().describe().c_str());
    return 1;
  }
  std::puts("working");
  std::fflush(stdout);
  while (true) ::pause();
}
