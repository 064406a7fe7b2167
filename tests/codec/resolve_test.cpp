// SPDX-License-Identifier: Apache-2.0
#include "codec/resolve.hpp"

#include <cmath>
#include <limits>

#include "catch.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;

namespace {

const Game chess = parse_game(R"({
  "name": "chess", "settings": {"seconds": 10, "level": {"a": 1}}, "limits": {"memory_bytes": 2097152, "processes": 8},
  "seats": [{"name": "referee", "role": "referee", "command": "python3", "arguments": ["referee.py"]},
            {"name": "white", "command": "stockfish", "arguments": ["--a"], "environment": {"A": "1", "B": "2"},
             "files": [{"path": "book", "content": "old"}, {"path": "net", "content": "n"}], "read_only": ["/x"],
             "limits": {"cpu_seconds": 5, "processes": 2}},
            {"name": "black"}]})")
                       .value();

MatchRequest request_of(const std::string& text) { return parse_match_request(text).value(); }

std::string why_not(const Game& game, const MatchRequest& request) {
  const auto resolved = resolve(game, request);
  if (resolved) return "";
  CHECK(resolved.error().code == ErrorCode::invalid_argument);
  return resolved.error().message;
}

}  // namespace

TEST_CASE("a request laid over its game, every default filled in") {
  const auto game =
      resolve(chess, request_of(R"({"game": "chess", "settings": {"level": {"b": 2}, "x": true}, "seats": [
    {"name": "black", "command": "gnuchess", "arguments": ["--uci"], "network": true},
    {"name": "white", "environment": {"B": "3", "C": "4"}, "files": [{"path": "book", "content": "new"}],
     "read_only": ["/x", "/y"], "limits": {"cpu_seconds": 1, "wall_seconds": 9}, "on_output_limit": "kill"}]})"));
  REQUIRE(game);
  CHECK(game->settings == R"({"level":{"b":2},"seconds":10,"x":true})");
  CHECK(game->deadline_seconds == 3600.0);
  CHECK(game->grace_seconds == 2.0);
  CHECK(game->attempts == 3U);

  const Seat& referee = game->seats[0];
  CHECK(referee.role == SeatRole::referee);
  CHECK(referee.command == "python3");
  CHECK(referee.on_output_limit == OnOutputLimit::cut);
  CHECK(referee.limits.memory_bytes == 2097152U);
  CHECK(referee.limits.cpu_seconds == 60.0);
  CHECK(std::isinf(referee.limits.wall_seconds.value()));

  const Seat& white = game->seats[1];
  CHECK(white.role == SeatRole::player);
  CHECK(white.command == "stockfish");
  CHECK(white.arguments == std::vector<std::string>{"--a"});
  CHECK(white.environment == std::map<std::string, std::string>{{"A", "1"}, {"B", "3"}, {"C", "4"}});
  REQUIRE(white.files.size() == 2);
  CHECK(white.files[0].content == "new");
  CHECK(white.files[1].content == "n");
  CHECK(white.read_only == std::vector<std::string>{"/x", "/y"});
  CHECK(white.limits.cpu_seconds == 1.0);
  CHECK(white.limits.processes == 2U);
  CHECK(white.limits.wall_seconds == 9.0);
  CHECK(white.limits.open_files == 256U);
  CHECK(white.on_output_limit == OnOutputLimit::kill);
  CHECK_FALSE(white.network);

  const Seat& black = game->seats[2];
  CHECK(black.command == "gnuchess");
  CHECK(black.arguments == std::vector<std::string>{"--uci"});
  CHECK(black.network);
}

namespace {

Game soccer(const std::string& players) {
  return parse_game(R"({"name": "soccer", "wiring": "network", "seats": [
    {"name": "server", "role": "server", "image": "server", "ready": {"port": 6000}}, )" +
                    players + "]}")
      .value();
}

std::string fault_of_soccer(const std::string& players) {
  const auto wrong = check_game(R"({"name": "soccer", "wiring": "network", "seats": [
    {"name": "server", "role": "server", "image": "server"}, )" +
                                players + "]}");
  return wrong.empty() ? "" : wrong.front().describe();
}

}  // namespace

TEST_CASE("copies of a seat are seats, each with its number, its turn and the secrets of all") {
  const Game teams = soccer(R"({"name": "red", "image": "red", "count": 2, "index_variable": "num", "after": ["server"],
                                "addresses": {"ip": "server"}, "delay_seconds": 0.5},
                               {"name": "coach", "image": "coach", "after": ["red"]})");
  const MatchRequest request = request_of(R"({"game": "soccer", "seats": [
    {"name": "red", "count": 3, "environment": {"A": "1"}, "secrets": {"S": "x"}}]})");
  const auto game = resolve(teams, request);
  REQUIRE(game);
  REQUIRE(game->seats.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) {
    const Seat& red = game->seats[i + 1];
    CHECK(red.name == "red_" + std::to_string(i));
    CHECK_FALSE(red.count);
    CHECK(red.environment == std::map<std::string, std::string>{{"A", "1"}, {"num", std::to_string(i)}});
    CHECK(red.delay_seconds == 0.5 * static_cast<double>(i));
    CHECK(red.addresses.at("ip") == "server");
    CHECK(with_secrets(*game, request).seats[i + 1].environment.at("S") == "x");
  }
  CHECK(game->seats[4].after == std::vector<std::string>{"red_0", "red_1", "red_2"});
  CHECK(with_secrets(*game, request).seats[4].environment.empty());
  CHECK(game->seats[0].ready->within_seconds == 60);
}

TEST_CASE("seats that wait for nobody that there is, or for themselves, are faults") {
  CHECK(fault_of_soccer(R"({"name": "red", "after": ["sever"]})") ==
        R"(seats[1].after[0]: expected a seat of the game, such as "server", found "sever")");
  CHECK(fault_of_soccer(R"({"name": "red", "addresses": {"ip": "sever"}})") ==
        R"(seats[1].addresses.ip: expected a seat of the game, such as "server", found "sever")");
  CHECK(fault_of_soccer(R"({"name": "red", "after": ["blue"]}, {"name": "blue", "addresses": {"ip": "red"}})") ==
        R"(seats[1].after: expected seats that do not wait for this one, found "blue")");
  CHECK(fault_of_soccer(R"({"name": "red", "count": 2, "after": ["red"]})") ==
        R"(seats[1].after: expected seats that do not wait for this one, found "red")");
  CHECK(fault_of_soccer(R"({"name": "red", "count": 2}, {"name": "blue", "addresses": {"ip": "red"}})") ==
        R"(seats[2].addresses.ip: expected one of its copies, such as "red_0", found "red")");
  CHECK(fault_of_soccer(R"({"name": "red", "count": 2}, {"name": "blue", "addresses": {"ip": "red_1"}})").empty());
  CHECK(fault_of_soccer(R"({"name": "red", "count": 2}, {"name": "red_1"})") ==
        R"(seats[2].name: expected names of its own for the seat and its copies, found "red_1" again)");
  CHECK(fault_of_soccer(R"({"name": "red", "count": 40}, {"name": "blue", "count": 24})") ==
        "seats: expected at most 64 seats, copies counted, found 65");
  CHECK(fault_of_soccer(R"({"name": "red", "count": 3, "delay_seconds": 2000})") ==
        "seats[1].delay_seconds: expected at most an hour from the first copy to the last, found 4000 seconds");
  CHECK(fault_of_soccer(R"({"name": "red", "index_variable": "n"})") ==
        R"(seats[1].index_variable: expected nothing without count, found "n")");
  CHECK(fault_of_soccer(R"({"name": "red", "environment": {"ip": "x"}, "addresses": {"ip": "server"}})") ==
        R"(seats[1].addresses: expected variables that the seat does not have, found "ip")");
  CHECK(fault_of_soccer(R"({"name": "red", "cores": [2, 1]})") ==
        "seats[1].cores: expected first and last, found 2 and 1");
  CHECK(fault_of_soccer(R"({"name": "red", "ready": {"health": false}})") ==
        "seats[1].ready.health: expected true, found false");
  CHECK(fault_of_soccer(R"({"name": "x", "role": "referee"})") ==
        "seats: expected one seat with role server or referee, with wiring network, found 2");
}

TEST_CASE("what a network alone can do is asked of a network alone, and copies of a player alone") {
  const auto fault = [](const std::string& referee, const std::string& player) {
    const auto wrong = check_game(R"({"name": "duel", "seats": [{"name": "a", "role": "referee", "command": "a")" +
                                  referee + R"(}, {"name": "b", "command": "b")" + player + "}]}");
    return wrong.empty() ? "" : wrong.front().describe();
  };
  CHECK(fault("", R"(, "count": 2, "index_variable": "n", "cores": [0, 1])").empty());
  CHECK(fault(R"(, "count": 2)", "") == "seats[0].count: expected copies of a player, not of a referee, found 2");
  CHECK(fault("", R"(, "after": ["a"])") == "seats[1].after: expected nothing without wiring network, found stdio");
  CHECK(fault("", R"(, "ready": {"log": "x"})") ==
        "seats[1].ready: expected nothing without wiring network, found stdio");
  CHECK(fault("", R"(, "role": "server")") ==
        R"(seats[1].role: expected referee or player, with wiring stdio, found "server")");
}

TEST_CASE("another way to start a seat replaces the game's with its arguments") {
  const auto game = resolve(chess, request_of(R"({"game": "chess", "seats": [{"name": "white", "custom": {"a": 1}},
    {"name": "black", "command": "b"}]})"));
  REQUIRE(game);
  CHECK_FALSE(game->seats[1].command.has_value());
  CHECK(game->seats[1].custom == R"({"a":1})");
  CHECK(game->seats[1].arguments.empty());
}

TEST_CASE("secrets stay in the request until a seat is started") {
  MatchRequest request = request_of(R"({"game": "chess", "seats": [
    {"name": "black", "command": "b", "environment": {"A": "1"}, "secrets": {"TOKEN": "t"}},
    {"name": "white", "secrets": {"KEY": "k"}}]})");
  const Game game = resolve(chess, request).value();
  for (const Seat& seat : game.seats) CHECK(seat.secrets.empty());
  CHECK(game.seats[2].environment == std::map<std::string, std::string>{{"A", "1"}});
  const Game started = with_secrets(game, request);
  CHECK(started.seats[0].environment.empty());
  CHECK(started.seats[1].environment == std::map<std::string, std::string>{{"A", "1"}, {"B", "2"}, {"KEY", "k"}});
  CHECK(started.seats[2].environment == std::map<std::string, std::string>{{"A", "1"}, {"TOKEN", "t"}});

  request.seats[1].secrets["B"] = "hush";
  CHECK(why_not(chess, request) == R"(seats[1].secrets: expected variables that environment does not have, found "B")");
  request.seats[1].secrets = {{"KEY", std::string("h\0sh", 4)}};
  CHECK(why_not(chess, request) ==
        "seats[1].secrets.KEY: expected text without NUL, at most 100000 bytes, found a text");
  Game telling = chess;
  telling.seats[1].secrets = {{"KEY", "hush"}};
  const std::string no =
      "expected no secrets in a game, which is shown to everybody: they go into the seats of the match";
  CHECK(validate(telling).error().message == "seats[1].secrets: " + no + ", found 1");
  request.seats.pop_back();
  CHECK(why_not(telling, request) == "game.seats[1].secrets: " + no + ", found 1");
}

TEST_CASE("what cannot be played is refused with every fault") {
  CHECK(why_not(chess, request_of(R"({"game": "chess", "seats": [{"name": "blak", "command": "b"}]})")) ==
        R"(seats[0].name: expected a seat of the game, such as "black", found "blak"; )"
        R"(game.seats[2]: expected command, image or custom for seat "black", in the game or in the match's seats, )"
        "found none");
  CHECK(why_not(chess, request_of(R"({"game": "chess", "seats": [{"name": "referee", "role": "player"},
                                                                {"name": "black", "command": "b"}]})")) ==
        "game.seats: expected one seat with role referee, with wiring stdio, found 0");
}

TEST_CASE("values made in the program are checked like files") {
  MatchRequest request;
  CHECK(why_not(chess, request).find("game: expected an id or an object") == 0);
  request.game = "chess";
  request.inline_game = chess;
  request.seats.resize(1);
  request.seats[0].name = "black";
  request.seats[0].command = "b";
  CHECK(why_not(chess, request) == "game: expected a name or a game, found both");
  request.inline_game.reset();
  CHECK(why_not(chess, request) == "");

  request.seats[0].limits.cpu_seconds = std::numeric_limits<double>::quiet_NaN();
  request.seats[0].limits.open_files = 1;
  request.seats[0].environment["A\xff"] = "x";
  request.seats[0].arguments = {"a\xff"};
  request.seats[0].read_only = {"relative"};
  const std::string why = why_not(chess, request);
  CHECK(why.find("limits.cpu_seconds: expected a number above 0, at most 31536000, found \"not a finite number\"") !=
        std::string::npos);
  CHECK(why.find("limits.open_files: expected a whole number from 8 to 1048576, found 1") != std::string::npos);
  CHECK(why.find("arguments[0]: expected text without NUL, at most 100000 bytes, found bytes that are not UTF-8") !=
        std::string::npos);
  CHECK(why.find("expected a variable's name") != std::string::npos);

  request.seats[0] = {};
  request.seats[0].name = "black";
  request.seats[0].command = "bin/b";
  CHECK(why_not(chess, request) == R"(seats[0].command: expected an absolute path, found "bin/b")");
}

TEST_CASE("a game of the catalogue is checked without a match") {
  CHECK(validate(chess));
  Game game = chess;
  game.name = "no name";
  game.seats[0].files = {{"a", "relative", std::nullopt}};
  const auto valid = validate(game);
  REQUIRE_FALSE(valid);
  CHECK(valid.error().message.find("name: expected an id") == 0);
  CHECK(valid.error().message.find(R"(seats[0].files[0].source: expected an absolute path, found "relative")") !=
        std::string::npos);
}

TEST_CASE("what is valid alone may be too much together") {
  Game game = chess;
  MatchRequest request;
  request.game = "chess";
  request.seats.resize(1);
  request.seats[0].name = "black";
  request.seats[0].command = "b";
  for (int i = 0; i < 200; ++i) {
    game.seats[2].environment["A" + std::to_string(i)] = "";
    request.seats[0].environment["B" + std::to_string(i)] = "";
  }
  CHECK(why_not(game, request).find("seats[2].environment: expected an object of at most 256 entries") == 0);
}
