// SPDX-License-Identifier: Apache-2.0
// Where ports by URL are opened: on fresh ground, or again on the last. In a temporary folder of its own.
#ifndef MATCHRUNNER_TESTS_GROUND_H
#define MATCHRUNNER_TESTS_GROUND_H

#include "matchrunner.h"

typedef struct ground {
  const char* scheme;  // "sqlite:///"
  int is_in_a_file;    // behind the scheme stands a path
  int number;          // of the fresh ones so far
  char folder[64];
  char url[128];
} ground;

void ground_make(ground* on);
void ground_remove(ground* on);  // with all that was left in it

// Valid until the next call.
const char* ground_url(ground* on, mr_flag fresh);

#endif  // MATCHRUNNER_TESTS_GROUND_H
