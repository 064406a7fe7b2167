// SPDX-License-Identifier: Apache-2.0
#include "kept_commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "callback_ends.h"

static kept_command* first_waiting(kept_commands* kept) {
  size_t i;
  for (i = 0; i < kept->count; ++i)
    if (kept->rows[i].state == COMMAND_WAITS) return &kept->rows[i];
  return NULL;
}

// Until something is sent, or for the time between two looks at the context.
static void wait_a_little(kept_commands* kept) {
  const long slice = 20000000, second = 1000000000;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_nsec += slice;
  if (until.tv_nsec >= second) {
    until.tv_nsec -= second;
    ++until.tv_sec;
  }
  pthread_cond_timedwait(&kept->news, &kept->mutex, &until);
}

static mr_code poll_locked(mr_command* command, kept_commands* kept, const mr_context* context, mr_error** error) {
  kept_command* next;
  char delivery[16];
  while ((next = first_waiting(kept)) == NULL) {
    if (mr_context_stop_requested(context)) return fail(error, MR_ERROR_CANCELLED, "asked to stop");
    if (mr_context_remaining_ms(context) == 0) return MR_OK;
    wait_a_little(kept);
  }
  next->state = COMMAND_DELIVERED;
  snprintf(delivery, sizeof delivery, "%d", (int)(next - kept->rows));
  return mr_command_fill(command, delivery, next->body, next->size, next->reply_to, next->correlation_id, error);
}

static mr_code poll_commands(mr_command* command, void* self, const mr_context* context, mr_error** error) {
  kept_commands* kept = self;
  mr_code code;
  pthread_mutex_lock(&kept->mutex);
  code = poll_locked(command, kept, context, error);
  pthread_mutex_unlock(&kept->mutex);
  return code;
}

static int is_as_filled(const mr_command* command, const kept_command* row) {
  return mr_command_body_size(command) == row->size && memcmp(mr_command_body(command), row->body, row->size) == 0 &&
         strcmp(mr_command_reply_to(command), row->reply_to) == 0 &&
         strcmp(mr_command_correlation_id(command), row->correlation_id) == 0;
}

static mr_code settle(kept_commands* kept, const mr_command* command, command_state state, const char* reason,
                      const mr_context* context, mr_error** error) {
  const size_t index = strtoul(mr_command_delivery(command), NULL, 10);
  mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&kept->mutex);
  if (index < kept->count && is_as_filled(command, &kept->rows[index])) {
    kept->rows[index].state = state;
    snprintf(kept->rows[index].reason, sizeof kept->rows[index].reason, "%s", reason);
  } else {
    code = fail(error, MR_ERROR_NOT_FOUND, "no such command");
  }
  pthread_cond_broadcast(&kept->news);
  pthread_mutex_unlock(&kept->mutex);
  return code;
}

static mr_code accept_command(void* self, const mr_command* command, const mr_context* context, mr_error** error) {
  return settle(self, command, COMMAND_ACCEPTED, "", context, error);
}

static mr_code reject_command(void* self, const mr_command* command, const char* reason, const mr_context* context,
                              mr_error** error) {
  return settle(self, command, COMMAND_REJECTED, reason, context, error);
}

static mr_code keep(kept_commands* kept, const char* body, size_t size, const char* reply_to,
                    const char* correlation_id, mr_error** error) {
  mr_code code = MR_OK;
  pthread_mutex_lock(&kept->mutex);
  if (kept->count == sizeof kept->rows / sizeof *kept->rows || size > sizeof kept->rows[0].body) {
    code = fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no room for it");
  } else {
    kept_command* row = &kept->rows[kept->count++];
    memcpy(row->body, body, size);
    row->size = size;
    snprintf(row->reply_to, sizeof row->reply_to, "%s", reply_to);
    snprintf(row->correlation_id, sizeof row->correlation_id, "%s", correlation_id);
    row->state = COMMAND_WAITS;
  }
  pthread_cond_broadcast(&kept->news);
  pthread_mutex_unlock(&kept->mutex);
  return code;
}

static mr_code give_back_command(void* self, const mr_command* command, const mr_context* context, mr_error** error) {
  const mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  return keep(self, mr_command_body(command), mr_command_body_size(command), mr_command_reply_to(command),
              mr_command_correlation_id(command), error);
}

static void destroy(void* self) { ++((kept_commands*)self)->destroyed; }

const mr_command_source_vtable kept_commands_vtable = {sizeof(mr_command_source_vtable),
                                                       1,
                                                       {0, 0, 0},
                                                       destroy,
                                                       poll_commands,
                                                       accept_command,
                                                       reject_command,
                                                       "kept",
                                                       give_back_command};

void kept_commands_make(kept_commands* kept) {
  memset(kept, 0, sizeof *kept);
  pthread_mutex_init(&kept->mutex, NULL);
  pthread_cond_init(&kept->news, NULL);
}

void kept_commands_end(kept_commands* kept) {
  pthread_cond_destroy(&kept->news);
  pthread_mutex_destroy(&kept->mutex);
}

void kept_commands_reset(kept_commands* kept, mr_flag fresh) {
  size_t i;
  if (fresh) kept->count = 0;
  for (i = 0; i < kept->count; ++i)
    if (kept->rows[i].state == COMMAND_DELIVERED) kept->rows[i].state = COMMAND_WAITS;
}

mr_code kept_commands_send(void* self, const char* body, size_t size, mr_error** error) {
  return keep(self, body, size, "answers", "as sent", error);
}

command_state kept_commands_settled(kept_commands* kept, size_t index) {
  command_state state;
  pthread_mutex_lock(&kept->mutex);
  while (kept->rows[index].state < COMMAND_ACCEPTED) pthread_cond_wait(&kept->news, &kept->mutex);
  state = kept->rows[index].state;
  pthread_mutex_unlock(&kept->mutex);
  return state;
}
