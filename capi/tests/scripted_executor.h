// SPDX-License-Identifier: Apache-2.0
// An executor in C that runs no process: each seat's arguments are the steps that it does (MR_SEATS_SCRIPTED).
// Counts without a lock: for runners with one worker.
#ifndef MATCHRUNNER_TESTS_SCRIPTED_EXECUTOR_H
#define MATCHRUNNER_TESTS_SCRIPTED_EXECUTOR_H

#include "matchrunner.h"

typedef struct scripted_executor {
  int workers_made;   // by make_worker ...
  int workers_freed;  // ... and by free_worker
  int destroyed;      // how often `destroy` was called
  // Of the plan that was started last.
  char last_match[129];
  char last_unique_id[64];
  uint64_t last_epoch;
  int64_t last_grace_ms;
  mr_flag last_follow_output;
  void* runs;  // that have not been freed
} scripted_executor;

extern const mr_executor_vtable scripted_executor_vtable;

#endif  // MATCHRUNNER_TESTS_SCRIPTED_EXECUTOR_H
