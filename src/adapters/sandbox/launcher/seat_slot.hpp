// SPDX-License-Identifier: Apache-2.0
// SeatSlot: a place for one seat of a match, kept from match to match: a thread that lives in the slot's cgroups and in
// the template's mount namespace, so that what it clones is born there, and an empty network namespace.
// begin() and finish() from the launcher's own thread, by turns.
#pragma once

#include <semaphore.h>

#include <cstdint>
#include <thread>

#include "adapters/sandbox/launcher/cgroup.hpp"
#include "adapters/sandbox/launcher/grounds.hpp"
#include "adapters/sandbox/launcher/seat_plan.hpp"

namespace matchrunner::launcher {

class SeatSlot {
 public:
  struct Spawned {
    pid_t pid = -1;  // of the seat's init; -1: `failure` says why
    UniqueFd pidfd;
    Failure failure;
  };

  SeatSlot(const Grounds& grounds, std::uint32_t index);
  ~SeatSlot();
  SeatSlot(const SeatSlot&) = delete;
  SeatSlot& operator=(const SeatSlot&) = delete;

  Failure open();

  // The plan must live until finish().
  void begin(const SeatPlan& plan);
  Spawned finish();

  Cgroup& cgroup() { return cgroup_; }

 private:
  void serve();
  Failure settle();
  Spawned spawn();

  const Grounds& grounds_;
  const std::uint32_t index_;
  Cgroup cgroup_;
  UniqueFd network_;
  std::thread thread_;
  // plan_ and answer_ change hands by these two: what one thread writes before its post, the other reads after its
  // wait.
  sem_t asked_;
  sem_t answered_;
  const SeatPlan* plan_ = nullptr;  // nullptr with `asked_`: end
  Spawned answer_;
};

}  // namespace matchrunner::launcher
