// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "matchrunner/adapters/memory.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t token_bytes = 16;

class MemoryGameServer final : public GameServer {
 public:
  explicit MemoryGameServer(std::size_t seats) : seats_(seats) {}

  GameServerCapabilities capabilities() const override { return {.removes_players = true}; }

  Result<std::string> create(const std::string& lobby, const LobbyPlayer& creator, const Context& context) override {
    if (auto going = context.check(); !going) return going.error();
    if (lobby.empty()) return Error{ErrorCode::invalid_argument, "lobby: expected an id, found none"};
    if (lobbies_.contains(lobby)) return Error{ErrorCode::already_exists, "there is a lobby named " + lobby};
    lobbies_[lobby] = {creator};
    return random_hex(token_bytes);
  }

  Result<void> join(const std::string& lobby, const LobbyPlayer& player, const Context& context) override {
    const auto players = members(lobby, context);
    if (!players) return players.error();
    if (seat_of(**players, player.id) != (*players)->end())
      return Error{ErrorCode::already_exists, player.id + " is in lobby " + lobby};
    if ((*players)->size() >= seats_) return Error{ErrorCode::resource_exhausted, "lobby " + lobby + " is full"};
    (*players)->push_back(player);
    return {};
  }

  Result<void> remove(const std::string& lobby, const Context& context) override {
    if (auto going = context.check(); !going) return going;
    lobbies_.erase(lobby);
    return {};
  }

  Result<void> remove_player(const std::string& lobby, const std::string& player, const Context& context) override {
    const auto players = members(lobby, context);
    if (!players) return players.error();
    const auto seat = seat_of(**players, player);
    if (seat == (*players)->end()) return Error{ErrorCode::not_found, player + " is not in lobby " + lobby};
    if (seat == (*players)->begin())
      return Error{ErrorCode::invalid_argument, player + " created lobby " + lobby + " and cannot leave it"};
    (*players)->erase(seat);
    return {};
  }

 private:
  using Players = std::vector<LobbyPlayer>;  // the creator first

  static Players::iterator seat_of(Players& players, const std::string& id) {
    return std::find_if(players.begin(), players.end(), [&](const LobbyPlayer& player) { return player.id == id; });
  }

  Result<Players*> members(const std::string& lobby, const Context& context) {
    if (auto going = context.check(); !going) return going.error();
    const auto found = lobbies_.find(lobby);
    if (found == lobbies_.end()) return Error{ErrorCode::not_found, "no lobby named " + lobby};
    return &found->second;
  }

  const std::size_t seats_;
  std::map<std::string, Players> lobbies_;
};

}  // namespace

std::shared_ptr<GameServer> make_memory_game_server(MemoryGameServerOptions options) {
  return std::make_shared<MemoryGameServer>(options.seats);
}

}  // namespace matchrunner
