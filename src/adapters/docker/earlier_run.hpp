// SPDX-License-Identifier: Apache-2.0
// EarlierRun: what an engine still has of a run whose runner is gone, and whether it can be gone on with. One thread.
//
// Of whom a container is stands in its name, matchrunner.UNIQUE_ID.EPOCH.SEAT, which an engine changes at once and
// gives to one container at a time; labels cannot be changed, and say of which run it is:
//
//   none -create-> of EPOCH 1 -rename-> of EPOCH 2 -rename-> of EPOCH 3 ... -remove-> none
//
// Every call that does something to a container goes by the name of its caller. A runner that was frozen, and wakes up
// when another has its containers, therefore finds none: it cannot signal or remove what is not its any more. One that
// dies between two renames leaves containers of two owners, all of an epoch below that of whoever comes next.
//
// What only its runner knew of a run lies in work/ of the run's folder, each written before it is acted upon:
//
//   started         every seat was ready: without it nobody goes on with the run, as half of it may be missing
//   SEAT.ended_by   why that seat is being ended: without it an end by SIGKILL would be blamed on the seat
//
// Containers stay until all seats have ended, so that all of a run is there or it is not adopted. An end that the
// engine did not see, or that it brought about, as when it or its host is restarted, is blamed on nobody: the match
// runs again.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "adapters/docker/engine.hpp"
#include "domain/seat_facts.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

void note_started(const MatchPlan& plan);
void note_ended_by(const MatchPlan& plan, const std::string& seat, EndedBy reason);

// A seat's container, which is ours.
struct FoundSeat {
  std::string id;
  bool runs = false;
  std::chrono::nanoseconds age{};        // since it was started
  std::chrono::nanoseconds lifetime{};   // from then to its end, if it does not run
  std::chrono::nanoseconds ended_ago{};  // if it does not run
  int exit_code = 0;                     // ... and this
  EndedBy ended_by = EndedBy::itself;    // as far as its runner said
};

// The containers of the run whose folder the plan names, in the order of the plan's seats, all renamed to the plan's
// epoch. `not_found`: they are not all there, or not to be gone on with; some may have been renamed.
Result<std::vector<FoundSeat>> take_over(Engine& engine, const MatchPlan& plan, const Context& context);

}  // namespace matchrunner::docker
