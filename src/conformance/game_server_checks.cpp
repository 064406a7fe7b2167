// SPDX-License-Identifier: Apache-2.0
#include "conformance/trial.hpp"

namespace matchrunner::conformance {
namespace {

using ServerCheck = Check<GameServer, GameServerCapabilities>;
using ServerSubject = Subject<GameServer>;

const LobbyPlayer ada{"ada", "Ada"};
const LobbyPlayer bob{"bob", "Bob"};
constexpr int more_than_any_lobby_has = 1000;

std::shared_ptr<GameServer> with_lobby(ServerSubject& subject, Expect& expect) {
  auto server = open(subject, expect);
  if (server != nullptr) succeeds(expect, server->create("l1", ada, patient()), "create");
  return server;
}

void a_lobby_is_created_once(ServerSubject& subject, Expect& expect) {
  const auto server = open(subject, expect);
  if (server == nullptr) return;
  const auto first = server->create("l1", ada, patient());
  const auto second = server->create("l2", ada, patient());
  if (succeeds(expect, first, "create") && succeeds(expect, second, "create another"))
    expect(!first->empty() && *first != *second, "each lobby has a token of its own");
  fails(expect, server->create("l1", bob, patient()), ErrorCode::already_exists, "create it again");
}

void a_player_joins_once(ServerSubject& subject, Expect& expect) {
  const auto server = with_lobby(subject, expect);
  if (server == nullptr) return;
  succeeds(expect, server->join("l1", bob, patient()), "join");
  fails(expect, server->join("l1", bob, patient()), ErrorCode::already_exists, "join again");
  fails(expect, server->join("l1", ada, patient()), ErrorCode::already_exists, "the creator is in it");
  fails(expect, server->join("nowhere", bob, patient()), ErrorCode::not_found, "join what does not exist");
}

void a_full_lobby_takes_nobody(ServerSubject& subject, Expect& expect) {
  const auto server = with_lobby(subject, expect);
  if (server == nullptr) return;
  for (int i = 0; i < more_than_any_lobby_has; ++i) {
    const auto joined = server->join("l1", {"p" + std::to_string(i), "P"}, patient());
    if (joined) continue;
    fails(expect, joined, ErrorCode::resource_exhausted, "join a full lobby");
    return;
  }
  expect(false, "a lobby is full at some time");
}

void a_removed_lobby_is_gone(ServerSubject& subject, Expect& expect) {
  const auto server = with_lobby(subject, expect);
  if (server == nullptr) return;
  succeeds(expect, server->remove("l1", patient()), "remove");
  succeeds(expect, server->remove("l1", patient()), "remove again");
  fails(expect, server->join("l1", bob, patient()), ErrorCode::not_found, "join what was removed");
  succeeds(expect, server->create("l1", bob, patient()), "its id is free");
}

void a_player_can_be_removed(ServerSubject& subject, Expect& expect) {
  const auto server = with_lobby(subject, expect);
  if (server == nullptr) return;
  succeeds(expect, server->join("l1", bob, patient()), "join");
  succeeds(expect, server->remove_player("l1", "bob", patient()), "remove the player");
  fails(expect, server->remove_player("l1", "bob", patient()), ErrorCode::not_found, "remove who is not there");
  fails(expect, server->remove_player("nowhere", "bob", patient()), ErrorCode::not_found, "of no lobby");
  fails(expect, server->remove_player("l1", "ada", patient()), ErrorCode::invalid_argument, "remove the creator");
  succeeds(expect, server->join("l1", bob, patient()), "the seat is free again");
}

void removing_players_is_unsupported(ServerSubject& subject, Expect& expect) {
  const auto server = with_lobby(subject, expect);
  if (server == nullptr) return;
  fails(expect, server->remove_player("l1", "bob", patient()), ErrorCode::unsupported, "remove a player");
}

void a_call_that_is_stopped_or_late_does_nothing(ServerSubject& subject, Expect& expect) {
  const auto server = open(subject, expect);
  if (server == nullptr) return;
  fails(expect, server->create("l1", ada, stopped()), ErrorCode::cancelled, "create, stopped");
  fails(expect, server->create("l1", ada, past()), ErrorCode::timeout, "create, late");
  fails(expect, server->join("l1", bob, patient()), ErrorCode::not_found, "there is no lobby");
}

}  // namespace

std::span<const ServerCheck> game_server_checks() {
  static constexpr ServerCheck checks[] = {
      {"a_lobby_is_created_once", always, a_lobby_is_created_once},
      {"a_player_joins_once", always, a_player_joins_once},
      {"a_full_lobby_takes_nobody", always, a_full_lobby_takes_nobody},
      {"a_removed_lobby_is_gone", always, a_removed_lobby_is_gone},
      {"a_player_can_be_removed", [](const GameServerCapabilities& server) { return server.removes_players; },
       a_player_can_be_removed},
      {"removing_players_is_unsupported", [](const GameServerCapabilities& server) { return !server.removes_players; },
       removing_players_is_unsupported},
      {"a_call_that_is_stopped_or_late_does_nothing", always, a_call_that_is_stopped_or_late_does_nothing},
  };
  return checks;
}

}  // namespace matchrunner::conformance
