// SPDX-License-Identifier: Apache-2.0
#include "codec/host_paths.hpp"
#include "catch.hpp"

using namespace matchrunner;

TEST_CASE("a path is seen from the folder of the match file") {
  CHECK(codec::seen_from("/a/b", "c") == "/a/b/c");
  CHECK(codec::seen_from("/a/b/", "./c/./d") == "/a/b/c/d");
  CHECK(codec::seen_from("/a/b", "../../.venv") == "/.venv");
  CHECK(codec::seen_from("/a/b", "c/") == "/a/b/c");
  CHECK(codec::seen_from("/a", "../../..") == "/");
  CHECK(codec::seen_from("/a/b", "/c/../d") == "/c/../d");
}

TEST_CASE("parse takes relative host paths from the folder, and nothing else") {
  const char* text = R"({"game": {"name": "g", "wiring": "none", "seats": [{"name": "p", "command": "bin/p",
    "arguments": ["./x"], "files": [{"path": "a", "source": "b"}, {"path": "c", "source": "/d"}],
    "read_only": ["../e"], "working_folder": "f"}]},
    "seats": [{"name": "p", "command": "python3"}]})";
  const auto request = parse_match_request(text, "/folder/of");
  REQUIRE(request);
  const Seat& seat = request->inline_game->seats[0];
  CHECK(seat.command == "/folder/of/bin/p");
  CHECK(seat.arguments == std::vector<std::string>{"./x"});
  CHECK(seat.files[0].source == "/folder/of/b");
  CHECK(seat.files[1].source == "/d");
  CHECK(seat.read_only == std::vector<std::string>{"/folder/e"});
  CHECK(seat.working_folder == "f");
  CHECK(request->seats[0].command == "python3");

  const auto without_folder = parse_match_request(text);
  REQUIRE_FALSE(without_folder);
  CHECK(without_folder.error().message == R"(game.seats[0].command: expected an absolute path, found "bin/p"; )"
                                          R"(game.seats[0].files[0].source: expected an absolute path, found "b"; )"
                                          R"(game.seats[0].read_only[0]: expected an absolute path, found "../e")");
  CHECK(check_match_request(text).empty());
}

TEST_CASE("a command that is one of the seat's own files stays in the seat's folder") {
  const char* text = R"({"name": "g", "wiring": "none", "seats": [{"name": "p", "command": "./bin/../bot",
    "files": [{"path": "bot", "source": "/x/bot"}]}]})";
  const auto game = parse_game(text, "/folder");
  REQUIRE(game);
  CHECK(game->seats[0].command == "./bin/../bot");
  Seat seat = game->seats[0];
  CHECK(codec::is_own_file(seat, "./bot"));
  CHECK_FALSE(codec::is_own_file(seat, "bot"));  // a name, looked up on PATH
  CHECK_FALSE(codec::is_own_file(seat, "./other"));
  CHECK_FALSE(codec::is_own_file(seat, "/bot"));
  seat.working_folder = "bin";
  CHECK(codec::is_own_file(seat, "../bot"));
  CHECK_FALSE(codec::is_own_file(seat, "./bot"));
}

TEST_CASE("what a request takes from its host is listed by field, and what it brings itself is not") {
  const auto request = parse_match_request(R"({"game": {"name": "g", "wiring": "none", "seats": [{"name": "p",
    "command": "/bin/p", "files": [{"path": "a", "content": "x"}, {"path": "b", "source": "/b"}]}]},
    "seats": [{"name": "p", "read_only": ["/c", "/d"]}]})");
  REQUIRE(request);
  std::vector<std::string> all;
  for (const auto& [field, path] : codec::taken_paths(*request)) all.push_back(field + " " + path);
  CHECK(all == std::vector<std::string>{"game.seats[0].files[1].source /b", "seats[0].read_only[0] /c",
                                        "seats[0].read_only[1] /d"});
}
