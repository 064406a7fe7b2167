// SPDX-License-Identifier: Apache-2.0
// RunnerState: what the threads of one runner share. Made before the first of them starts, destroyed after the last.
// Every member keeps its own thread rule.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/clocks.hpp"
#include "base/mutex.hpp"
#include "base/wakeup.hpp"
#include "matchrunner/runner.hpp"
#include "runtime/given_up.hpp"
#include "runtime/health_book.hpp"
#include "runtime/held_back.hpp"
#include "runtime/lease.hpp"
#include "runtime/live_streams.hpp"
#include "runtime/match_targets.hpp"
#include "runtime/news.hpp"
#include "runtime/noted_store.hpp"
#include "runtime/shared_artifacts.hpp"
#include "runtime/spool.hpp"
#include "runtime/work_signal.hpp"
#include "services/match_ledger.hpp"
#include "services/slot_pool.hpp"

namespace matchrunner {

// How long a call on the store may take before it is an error.
inline constexpr milliseconds store_patience{30'000};

struct RunnerState {
  RunnerState(RunnerOptions given, Spool folder, std::string host, Clocks time = {}, SecretKeys keys = {})
      : clocks(std::move(time)),
        options(noted(std::move(given))),
        spool(std::move(folder)),
        host_name(std::move(host)),
        ledger(*options.store, clocks.wall, std::move(keys)),
        pool(*options.store, options.pool),
        artifacts(options.artifacts) {}

  // A commit that tells everybody in this process at once.
  Result<CommitReceipt> commit(const Batch& batch, const Context& context) {
    auto receipt = options.store->commit(batch, context);
    if (receipt && receipt->last_sequence > 0) news->reached(receipt->last_sequence);
    return receipt;
  }

  const Clocks clocks;
  HealthBook health{clocks};
  const RunnerOptions options;
  const Spool spool;
  const std::string host_name;
  MatchLedger ledger;
  SlotPool pool;
  SharedArtifacts artifacts;
  StorageSinks storage;
  SilentTargets silent_targets;
  std::shared_ptr<News> news = std::make_shared<News>();  // streams may outlive the runner
  LeaseBook leases;
  WorkSignal work;
  GivenUp given_up;
  HeldBack held_back;
  LiveStreams streams{*this};
  Mutex claiming;  // held while a worker claims, so that those of one runner do not race each other

 private:
  RunnerOptions noted(RunnerOptions given) {
    given.store = std::make_shared<NotedStore>(std::move(given.store), health);
    return given;
  }
};

}  // namespace matchrunner
