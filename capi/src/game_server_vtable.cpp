// SPDX-License-Identifier: Apache-2.0
// GameServer by a C vtable.
#include "matchrunner/ports/game_server.hpp"

#include "callback.hpp"
#include "guard.hpp"
#include "sized_struct.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

class GameServerOfVtable final : public GameServer {
 public:
  GameServerOfVtable(const mr_game_server_vtable& calls, void* self) : calls_(calls), self_(self) {}
  ~GameServerOfVtable() override {
    if (calls_.destroy != nullptr) calls_.destroy(self_);
  }
  GameServerOfVtable(const GameServerOfVtable&) = delete;
  GameServerOfVtable& operator=(const GameServerOfVtable&) = delete;

  GameServerCapabilities capabilities() const override { return {calls_.remove_player != nullptr}; }

  Result<std::string> create(const std::string& lobby, const LobbyPlayer& creator, const Context& context) override {
    std::string token;
    auto created = ask("create", [&](mr_error** error) {
      return calls_.create(mr_buffer::lend(token), self_, lobby.c_str(), creator.id.c_str(), creator.name.c_str(),
                           mr_context::lend(context), error);
    });
    if (!created) return std::move(created).error();
    return token;
  }

  Result<void> join(const std::string& lobby, const LobbyPlayer& player, const Context& context) override {
    return ask("join", [&](mr_error** error) {
      return calls_.join(self_, lobby.c_str(), player.id.c_str(), player.name.c_str(), mr_context::lend(context),
                         error);
    });
  }

  Result<void> remove(const std::string& lobby, const Context& context) override {
    return ask("remove",
               [&](mr_error** error) { return calls_.remove(self_, lobby.c_str(), mr_context::lend(context), error); });
  }

  Result<void> remove_player(const std::string& lobby, const std::string& player, const Context& context) override {
    if (calls_.remove_player == nullptr) return Error{ErrorCode::unsupported, "this game server has no remove_player"};
    return ask("remove_player", [&](mr_error** error) {
      return calls_.remove_player(self_, lobby.c_str(), player.c_str(), mr_context::lend(context), error);
    });
  }

 private:
  const mr_game_server_vtable calls_;
  void* const self_;
};

}  // namespace

mr_code mr_game_server_new(mr_game_server** out, const mr_game_server_vtable* vtable, void* self, mr_error** error) {
  return produce(out, error, {{vtable, "vtable"}}, [&]() -> Result<std::shared_ptr<GameServer>> {
    const auto calls = read_struct(*vtable, mr_game_server_vtable MR_GAME_SERVER_VTABLE_INIT, "vtable");
    if (!calls) return calls.error();
    const auto set =
        check({{calls->create, "vtable.create"}, {calls->join, "vtable.join"}, {calls->remove, "vtable.remove"}});
    if (!set) return set.error();
    return std::shared_ptr<GameServer>(std::make_shared<GameServerOfVtable>(*calls, self));
  });
}

void mr_game_server_free(mr_game_server* server) { mr_game_server::free(server); }
