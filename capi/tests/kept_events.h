// SPDX-License-Identifier: Apache-2.0
// An event sink in C: keeps a copy of every event, in order. Used by one thread at a time.
#ifndef MATCHRUNNER_TESTS_KEPT_EVENTS_H
#define MATCHRUNNER_TESTS_KEPT_EVENTS_H

#include "matchrunner.h"

typedef struct kept_events {
  mr_event** rows;
  size_t count;
  size_t at_once;  // takes no more of one publish; 0: all
  int refusals;    // how many more times publish fails
  int destroyed;   // how often `destroy` was called
} kept_events;

extern const mr_event_sink_vtable kept_events_vtable;

void kept_events_clear(kept_events* kept);

#endif  // MATCHRUNNER_TESTS_KEPT_EVENTS_H
