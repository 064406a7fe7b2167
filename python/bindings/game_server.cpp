// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/ports/game_server.hpp"

#include "module_parts.hpp"
#include "port_call.hpp"
#include "value.hpp"

namespace matchrunner::python {
namespace {

class PyGameServer : public GameServer, public py::trampoline_self_life_support {
 public:
  GameServerCapabilities capabilities() const override {
    return call_infallible(this, "capabilities", GameServerCapabilities{});
  }
  Result<std::string> create(const std::string& lobby, const LobbyPlayer& creator, const Context& context) override {
    return call_port<std::string>(this, "create", lobby, creator, context);
  }
  Result<void> join(const std::string& lobby, const LobbyPlayer& player, const Context& context) override {
    return call_port<void>(this, "join", lobby, player, context);
  }
  Result<void> remove(const std::string& lobby, const Context& context) override {
    return call_port<void>(this, "remove", lobby, context);
  }
  Result<void> remove_player(const std::string& lobby, const std::string& player, const Context& context) override {
    return call_port<void>(this, "remove_player", lobby, player, context);
  }
};

}  // namespace

void add_game_server(py::module_& module) {
  Value<GameServerCapabilities>(module, "GameServerCapabilities")
      .field("removes_players", &GameServerCapabilities::removes_players)
      .constructible();
  Value<LobbyPlayer>(module, "LobbyPlayer")
      .field("id", &LobbyPlayer::id)
      .field("name", &LobbyPlayer::name)
      .constructible();

  py::classh<GameServer, PyGameServer>(module, "GameServer", "An external server with lobbies that players join.")
      .def(py::init<>())
      .def("capabilities", &GameServer::capabilities, py::call_guard<WithoutGil>())
      .def(
          "create",
          [](GameServer& server, const std::string& lobby, const LobbyPlayer& creator, const Context& context) {
            return blocking([&] { return server.create(lobby, creator, context); });
          },
          py::arg("lobby"), py::arg("creator"), py::arg("context"), py::pos_only(),
          "Opens a lobby with its creator in it; the token that its players show.")
      .def(
          "join",
          [](GameServer& server, const std::string& lobby, const LobbyPlayer& player, const Context& context) {
            blocking([&] { return server.join(lobby, player, context); });
          },
          py::arg("lobby"), py::arg("player"), py::arg("context"), py::pos_only(),
          "NotFound: no such lobby; ResourceExhausted: it is full; AlreadyExists: the player is in it.")
      .def(
          "remove",
          [](GameServer& server, const std::string& lobby, const Context& context) {
            blocking([&] { return server.remove(lobby, context); });
          },
          py::arg("lobby"), py::arg("context"), py::pos_only(), "Removing what is not there succeeds.")
      .def(
          "remove_player",
          [](GameServer& server, const std::string& lobby, const std::string& player, const Context& context) {
            blocking([&] { return server.remove_player(lobby, player, context); });
          },
          py::arg("lobby"), py::arg("player"), py::arg("context"), py::pos_only(),
          "InvalidArgument: the creator cannot be removed; NotFound: not a member.");
}

}  // namespace matchrunner::python
