// SPDX-License-Identifier: Apache-2.0
// The last steps before a seat's program: descriptors, limits, user, capabilities, system calls; then exec.
#pragma once

#include "adapters/sandbox/launcher/grounds.hpp"
#include "adapters/sandbox/launcher/seat_plan.hpp"

namespace matchrunner::launcher {

// Written by a child that shares our memory: without volatile a compiler that sees both sides may drop the writes.
struct ProgramStart {
  const char* volatile step = nullptr;  // that failed; nullptr: the program runs
  volatile int error_number = 0;
  volatile bool in_exec = false;  // the step was exec itself, so that the program is to blame
};

// In the seat's init. Returns when the program runs or has failed to; -1 and errno: not even a process was made.
pid_t start_program(const Grounds& grounds, const SeatPlan& plan, ProgramStart& outcome);

}  // namespace matchrunner::launcher
