// SPDX-License-Identifier: Apache-2.0
// GameServer: an external server on which lobbies are opened and players take seats.
// Used by one thread at a time. Every call may block up to its context's deadline; repeating a call is harmless.
#pragma once

#include <string>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

struct GameServerCapabilities {
  bool removes_players = false;  // remove_player() works
};

struct LobbyPlayer {
  std::string id;
  std::string name;

  bool operator==(const LobbyPlayer&) const = default;
};

class GameServer {
 public:
  virtual ~GameServer() = default;

  virtual GameServerCapabilities capabilities() const = 0;

  // Opens a lobby with its creator in it; returns the token that its players show. `already_exists`: the id is taken.
  virtual Result<std::string> create(const std::string& lobby, const LobbyPlayer& creator, const Context& context) = 0;

  // `not_found`: no such lobby; `resource_exhausted`: it is full; `already_exists`: the player is in it.
  virtual Result<void> join(const std::string& lobby, const LobbyPlayer& player, const Context& context) = 0;

  // Removing what is not there succeeds.
  virtual Result<void> remove(const std::string& lobby, const Context& context) = 0;

  // `invalid_argument`: the creator cannot be removed; `not_found`: not a member.
  virtual Result<void> remove_player(const std::string& lobby, const std::string& player, const Context& context) = 0;
};

}  // namespace matchrunner
