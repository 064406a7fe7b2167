// SPDX-License-Identifier: Apache-2.0
#include "kept_artifacts.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callback_ends.h"

static pthread_mutex_t lists = PTHREAD_MUTEX_INITIALIZER;  // of all sinks; an artifact that is written is its writer's

typedef struct writer {
  kept_artifacts* kept;
  kept_artifact* artifact;  // NULL once closed or aborted
} writer;

static void free_artifact(kept_artifact* artifact) {
  if (artifact == NULL) return;
  free(artifact->uri);
  free(artifact->bytes);
  free(artifact);
}

static kept_artifact** place_of(kept_artifacts* kept, const char* uri) {
  kept_artifact** place = &kept->first;
  while (*place != NULL && strcmp((*place)->uri, uri) != 0) place = &(*place)->next;
  return place;
}

static kept_artifact* take_out(kept_artifact** place) {
  kept_artifact* taken = *place;
  if (taken != NULL) *place = taken->next;
  return taken;
}

static void forget(kept_artifacts* kept, const char* uri) { free_artifact(take_out(place_of(kept, uri))); }

static kept_artifact* find_begun(kept_artifacts* kept, const char* token) {
  kept_artifact* begun = kept->begun;
  while (begun != NULL && strcmp(begun->token, token) != 0) begun = begun->next;
  return begun;
}

// Takes the writer's artifact out of those begun.
static kept_artifact* end_of(writer* made) {
  kept_artifact** place = &made->kept->begun;
  while (*place != NULL && *place != made->artifact) place = &(*place)->next;
  made->artifact = NULL;
  return take_out(place);
}

static int is_id(const char* text) {
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  const size_t length = strlen(text);
  return length > 0 && length <= 128 && text[0] != '.' && text[0] != '-' && strspn(text, allowed) == length;
}

// A relative path of parts that are not too long, none of them "." or "..".
static int is_relative_path(const char* name) {
  for (;;) {
    const size_t length = strcspn(name, "/");
    if (length == 0 || length > 255 || strncmp(name, "..", length) == 0) return 0;
    if (name[length] == '\0') return 1;
    name += length + 1;
  }
}

static void destroy_writer(void* self) {
  writer* made = self;
  pthread_mutex_lock(&lists);
  ++made->kept->ended;
  if (made->artifact != NULL) free_artifact(end_of(made));
  pthread_mutex_unlock(&lists);
  free(made);
}

static uint64_t offset(void* self) {
  const kept_artifact* artifact = ((writer*)self)->artifact;
  return artifact == NULL ? 0 : artifact->size;
}

static mr_code resume_token(mr_buffer* token, void* self, mr_error** error) {
  const kept_artifact* artifact = ((writer*)self)->artifact;
  return artifact == NULL ? MR_OK : mr_buffer_append(token, artifact->token, strlen(artifact->token), error);
}

static mr_code write_bytes(void* self, const void* bytes, size_t size, const mr_context* context, mr_error** error) {
  kept_artifact* artifact = ((writer*)self)->artifact;
  const mr_code code = check_time(context, error);
  char* larger;
  if (code != MR_OK || size == 0) return code;
  larger = realloc(artifact->bytes, artifact->size + size);
  if (larger == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  memcpy(larger + artifact->size, bytes, size);
  artifact->bytes = larger;
  artifact->size += size;
  return MR_OK;
}

static mr_code close_writer(mr_buffer* uri, void* self, const mr_context* context, mr_error** error) {
  writer* made = self;
  kept_artifact* artifact = made->artifact;
  mr_code code = check_time(context, error);
  if (code == MR_OK) code = mr_buffer_append(uri, artifact->uri, strlen(artifact->uri), error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&lists);
  forget(made->kept, artifact->uri);
  artifact = end_of(made);
  artifact->next = made->kept->first;
  made->kept->first = artifact;
  pthread_mutex_unlock(&lists);
  return MR_OK;
}

static void abort_writer(void* self) {
  writer* made = self;
  pthread_mutex_lock(&lists);
  if (made->artifact != NULL) free_artifact(end_of(made));
  pthread_mutex_unlock(&lists);
}

// NULL: no memory.
static kept_artifact* begin(kept_artifacts* kept, const char* match, uint64_t epoch, const char* name) {
  const size_t room = strlen(match) + strlen(name) + 40;
  kept_artifact* artifact = calloc(1, sizeof *artifact);
  if (artifact == NULL) return NULL;
  artifact->uri = malloc(room);
  if (artifact->uri == NULL) {
    free(artifact);
    return NULL;
  }
  snprintf(artifact->uri, room, "kept:%s/%llu/%s", match, (unsigned long long)epoch, name);
  snprintf(artifact->token, sizeof artifact->token, "part %d", kept->opened);
  artifact->next = kept->begun;
  kept->begun = artifact;
  return artifact;
}

static mr_code make_writer(void** out, kept_artifacts* kept, const char* match, uint64_t epoch, const char* name,
                           const char* token, mr_error** error) {
  kept_artifact* artifact;
  writer* made;
  if (!is_id(match) || !is_relative_path(name))
    return fail(error, MR_ERROR_INVALID_ARGUMENT, "expected match/epoch/name");
  if (token[0] != '\0' && find_begun(kept, token) == NULL)
    return fail(error, MR_ERROR_NOT_FOUND, "no interrupted writer has this token");
  made = calloc(1, sizeof *made);
  artifact = made == NULL ? NULL : token[0] != '\0' ? find_begun(kept, token) : begin(kept, match, epoch, name);
  if (artifact == NULL) {
    free(made);
    return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no memory");
  }
  made->kept = kept;
  made->artifact = artifact;
  ++kept->opened;
  *out = made;
  return MR_OK;
}

static mr_code open_writer(void** out, void* self, const char* match, uint64_t epoch, const char* name,
                           const char* token, const mr_context* context, mr_error** error) {
  mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&lists);
  code = make_writer(out, self, match, epoch, name, token, error);
  pthread_mutex_unlock(&lists);
  return code;
}

static mr_code copy_bytes(size_t* taken, const kept_artifact* artifact, uint64_t from, void* bytes, size_t size,
                          mr_error** error) {
  if (artifact == NULL) return fail(error, MR_ERROR_NOT_FOUND, "no such artifact");
  if (from >= artifact->size) return MR_OK;
  *taken = artifact->size - (size_t)from < size ? artifact->size - (size_t)from : size;
  memcpy(bytes, artifact->bytes + from, *taken);
  return MR_OK;
}

static mr_code read_bytes(size_t* taken, void* self, const char* uri, uint64_t from, void* bytes, size_t size,
                          const mr_context* context, mr_error** error) {
  mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&lists);
  code = copy_bytes(taken, *place_of(self, uri), from, bytes, size, error);
  pthread_mutex_unlock(&lists);
  return code;
}

static mr_code remove_artifact(void* self, const char* uri, const mr_context* context, mr_error** error) {
  const mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&lists);
  forget(self, uri);
  pthread_mutex_unlock(&lists);
  return MR_OK;
}

static mr_code link_artifact(mr_buffer* url, void* self, const char* uri, int64_t valid_for_ms,
                             const mr_context* context, mr_error** error) {
  char query[40];
  int known;
  mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  pthread_mutex_lock(&lists);
  known = *place_of(self, uri) != NULL;
  pthread_mutex_unlock(&lists);
  if (!known) return fail(error, MR_ERROR_NOT_FOUND, "no such artifact");
  snprintf(query, sizeof query, "?valid_for_ms=%lld", (long long)valid_for_ms);
  code = mr_buffer_append(url, "https://kept.example/", strlen("https://kept.example/"), error);
  if (code == MR_OK) code = mr_buffer_append(url, uri + strlen("kept:"), strlen(uri) - strlen("kept:"), error);
  if (code == MR_OK) code = mr_buffer_append(url, query, strlen(query), error);
  return code;
}

static void destroy(void* self) {
  kept_artifacts* kept = self;
  ++kept->destroyed;
  if (kept->begun != NULL) ++kept->too_early;
}

static const mr_artifact_writer_vtable writer_vtable = {sizeof(mr_artifact_writer_vtable),
                                                        0,
                                                        destroy_writer,
                                                        offset,
                                                        resume_token,
                                                        write_bytes,
                                                        close_writer,
                                                        abort_writer};

const mr_artifact_sink_vtable kept_artifacts_vtable = {sizeof(mr_artifact_sink_vtable),
                                                       0,
                                                       {0, 0, 0},
                                                       &writer_vtable,
                                                       destroy,
                                                       open_writer,
                                                       read_bytes,
                                                       remove_artifact,
                                                       link_artifact,
                                                       8};

const kept_artifact* kept_artifacts_find(const kept_artifacts* kept, const char* uri) {
  const kept_artifact* artifact = kept->first;
  while (artifact != NULL && strcmp(artifact->uri, uri) != 0) artifact = artifact->next;
  return artifact;
}

void kept_artifacts_clear(kept_artifacts* kept) {
  while (kept->first != NULL) free_artifact(take_out(&kept->first));
  while (kept->begun != NULL) free_artifact(take_out(&kept->begun));
}
