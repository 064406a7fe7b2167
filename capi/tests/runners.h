// SPDX-License-Identifier: Apache-2.0
// Runners for tests: on memory, with seats that follow a script. All of them exit when they cannot
// do their work: nothing else makes sense then.
#ifndef MATCHRUNNER_TESTS_RUNNERS_H
#define MATCHRUNNER_TESTS_RUNNERS_H

#include "check.h"

// Ends by itself: one program that prints, scores and leaves a file.
extern const char scored_match[];

// Goes on until it is stopped.
extern const char endless_match[];

// The caller's options, with memory where they name no port.
mr_runner* open_runner(mr_runner_options options);

// With one worker, on memory.
mr_runner* open_memory_runner(void);

mr_match* submit(mr_runner* runner, const char* json);

// Until its artifacts are stored.
mr_match* wait_for(mr_runner* runner, const char* id);

#endif  // MATCHRUNNER_TESTS_RUNNERS_H
