// SPDX-License-Identifier: Apache-2.0
// An artifact sink in C, with every callback: keeps artifacts in a list, under the URIs "kept:match/epoch/name".
// It takes several writers, each in a thread of its own.
#ifndef MATCHRUNNER_TESTS_KEPT_ARTIFACTS_H
#define MATCHRUNNER_TESTS_KEPT_ARTIFACTS_H

#include "matchrunner.h"

typedef struct kept_artifact {
  struct kept_artifact* next;
  char* uri;
  char token[32];
  char* bytes;
  size_t size;
} kept_artifact;

typedef struct kept_artifacts {
  kept_artifact* first;  // closed
  kept_artifact* begun;  // not yet closed; a writer that never ended leaves its part here, for a resume token
  int opened;            // writers made ...
  int ended;             // ... and freed
  int destroyed;         // how often `destroy` was called ...
  int too_early;         // ... and how often while something was still being written
} kept_artifacts;

extern const mr_artifact_sink_vtable kept_artifacts_vtable;

const kept_artifact* kept_artifacts_find(const kept_artifacts* kept, const char* uri);
void kept_artifacts_clear(kept_artifacts* kept);  // also what crashed writers left

#endif  // MATCHRUNNER_TESTS_KEPT_ARTIFACTS_H
