// SPDX-License-Identifier: Apache-2.0
#include "kept_lobbies.h"

#include <stdio.h>
#include <string.h>

#include "callback_ends.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static kept_lobby* lobby_named(kept_lobbies* kept, const char* id) {
  size_t i;
  for (i = 0; i < COUNT(kept->rows); ++i)
    if (strcmp(kept->rows[i].id, id) == 0) return &kept->rows[i];
  return NULL;
}

// The seat of a player, or "" an empty one; the number of seats when there is none.
static size_t seat_of(const kept_lobby* lobby, const char* player) {
  size_t i;
  for (i = 0; i < COUNT(lobby->players); ++i)
    if (strcmp(lobby->players[i][0], player) == 0) break;
  return i;
}

static void sit_down(kept_lobby* lobby, size_t seat, const char* player, const char* name) {
  snprintf(lobby->players[seat][0], sizeof lobby->players[seat][0], "%s", player);
  snprintf(lobby->players[seat][1], sizeof lobby->players[seat][1], "%s", name);
}

static mr_code create(mr_buffer* token, void* self, const char* id, const char* player, const char* name,
                      const mr_context* context, mr_error** error) {
  kept_lobbies* kept = self;
  kept_lobby* lobby;
  char text[16];
  const mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  if (lobby_named(kept, id) != NULL) return fail(error, MR_ERROR_ALREADY_EXISTS, "there is such a lobby");
  lobby = lobby_named(kept, "");
  if (lobby == NULL) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "no room for another lobby");
  memset(lobby, 0, sizeof *lobby);
  snprintf(lobby->id, sizeof lobby->id, "%s", id);
  sit_down(lobby, 0, player, name);
  return mr_buffer_append(token, text, (size_t)snprintf(text, sizeof text, "token-%d", ++kept->tokens), error);
}

static mr_code join(void* self, const char* id, const char* player, const char* name, const mr_context* context,
                    mr_error** error) {
  kept_lobby* lobby = lobby_named(self, id);
  const mr_code code = check_time(context, error);
  if (code != MR_OK) return code;
  if (lobby == NULL) return fail(error, MR_ERROR_NOT_FOUND, "no such lobby");
  if (seat_of(lobby, player) < COUNT(lobby->players)) return fail(error, MR_ERROR_ALREADY_EXISTS, "is in it");
  if (seat_of(lobby, "") == COUNT(lobby->players)) return fail(error, MR_ERROR_RESOURCE_EXHAUSTED, "it is full");
  sit_down(lobby, seat_of(lobby, ""), player, name);
  return MR_OK;
}

static mr_code remove_lobby(void* self, const char* id, const mr_context* context, mr_error** error) {
  kept_lobby* lobby = lobby_named(self, id);
  const mr_code code = check_time(context, error);
  if (code == MR_OK && lobby != NULL) lobby->id[0] = '\0';
  return code;
}

static mr_code remove_player(void* self, const char* id, const char* player, const mr_context* context,
                             mr_error** error) {
  kept_lobby* lobby = lobby_named(self, id);
  const mr_code code = check_time(context, error);
  size_t seat;
  if (code != MR_OK) return code;
  if (lobby == NULL) return fail(error, MR_ERROR_NOT_FOUND, "no such lobby");
  seat = seat_of(lobby, player);
  if (seat == COUNT(lobby->players)) return fail(error, MR_ERROR_NOT_FOUND, "not a member");
  if (seat == 0) return fail(error, MR_ERROR_INVALID_ARGUMENT, "the creator cannot leave");
  sit_down(lobby, seat, "", "");
  return MR_OK;
}

static void destroy(void* self) { ++((kept_lobbies*)self)->destroyed; }

const mr_game_server_vtable kept_lobbies_vtable = {
    sizeof(mr_game_server_vtable), 0, destroy, create, join, remove_lobby, remove_player};
