// SPDX-License-Identifier: Apache-2.0
// DyingGround: a Ground on which a runner can die, and another be its heir. The store's lease clock is moved by hand.
#pragma once

#include <atomic>

#include "faulty_ports/faulty_store.hpp"
#include "scripted.hpp"

namespace matchrunner::test {

// A runner that dies is one whose store stops answering: its threads are there, but nothing of theirs gets through.
struct DyingGround : Ground {
  DyingGround() {
    MemoryStoreOptions options;
    options.lease_clock = [this] { return BootClock::now() + ahead.load(); };
    store = make_memory_store(options);
    dying = std::make_shared<FaultyStore>(store);
  }

  RunnerOptions doomed(std::uint32_t slots = 1) const {
    RunnerOptions doomed = options(slots);
    doomed.store = dying;
    doomed.lease = milliseconds(2000);
    return doomed;
  }

  RunnerOptions heir(std::uint32_t slots = 1) const {
    RunnerOptions heir = options(slots);
    heir.lease = milliseconds(2000);
    return heir;
  }

  // The runner's last commit was its last; its leases have run out.
  void kill() {
    dying->fail_commits(ErrorCode::unavailable);
    ahead = std::chrono::seconds(10);
  }

  std::atomic<BootClock::duration> ahead{BootClock::duration(0)};
  std::shared_ptr<FaultyStore> dying;
};

}  // namespace matchrunner::test
