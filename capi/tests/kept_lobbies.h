// SPDX-License-Identifier: Apache-2.0
// A game server in C: keeps the lobbies that are opened on it. Used by one thread at a time.
#ifndef MATCHRUNNER_TESTS_KEPT_LOBBIES_H
#define MATCHRUNNER_TESTS_KEPT_LOBBIES_H

#include "matchrunner.h"

typedef struct kept_lobby {
  char id[32];             // "": none here
  char players[3][2][32];  // id and name of each, the creator first; "": an empty seat
} kept_lobby;

typedef struct kept_lobbies {
  kept_lobby rows[4];
  int tokens;     // given so far
  int destroyed;  // how often `destroy` was called
} kept_lobbies;

extern const mr_game_server_vtable kept_lobbies_vtable;

#endif  // MATCHRUNNER_TESTS_KEPT_LOBBIES_H
