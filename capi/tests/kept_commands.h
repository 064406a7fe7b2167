// SPDX-License-Identifier: Apache-2.0
// A command source in C: delivers what was sent to it, in order. kept_commands_send may be called from any thread.
#ifndef MATCHRUNNER_TESTS_KEPT_COMMANDS_H
#define MATCHRUNNER_TESTS_KEPT_COMMANDS_H

#include <pthread.h>

#include "matchrunner.h"

typedef enum command_state { COMMAND_WAITS, COMMAND_DELIVERED, COMMAND_ACCEPTED, COMMAND_REJECTED } command_state;

typedef struct kept_command {
  char body[512];
  size_t size;
  char reply_to[32];
  char correlation_id[32];
  command_state state;
  char reason[256];  // it was rejected for
} kept_command;

typedef struct kept_commands {
  pthread_mutex_t mutex;
  pthread_cond_t news;  // something was sent or settled
  kept_command rows[8];
  size_t count;
  int destroyed;  // how often `destroy` was called
} kept_commands;

extern const mr_command_source_vtable kept_commands_vtable;

void kept_commands_make(kept_commands* kept);
void kept_commands_end(kept_commands* kept);

// On fresh ground, or with what was not settled to be delivered again.
void kept_commands_reset(kept_commands* kept, mr_flag fresh);

mr_code kept_commands_send(void* kept, const char* body, size_t size, mr_error** error);

// Waits until the command at `index` is settled: its state then.
command_state kept_commands_settled(kept_commands* kept, size_t index);

#endif  // MATCHRUNNER_TESTS_KEPT_COMMANDS_H
