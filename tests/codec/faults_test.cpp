// SPDX-License-Identifier: Apache-2.0
// What check_match_request says, in its own words: every fault at once, in the order of the input.
#include <string>
#include <vector>

#include "catch.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;

namespace {

using Lines = std::vector<std::string>;

Lines faults_of(const std::string& json) {
  Lines lines;
  for (const InputFault& fault : check_match_request(json)) lines.push_back(fault.describe());
  return lines;
}

std::string with_seat(const std::string& fields) {
  return R"({"game": "chess", "seats": [{"name": "white")" + (fields.empty() ? "" : ", " + fields) + "}]}";
}

std::string inline_game(const std::string& wiring, const std::string& seats) {
  return R"({"game": {"name": "g", "wiring": ")" + wiring + R"(", "seats": [)" + seats + "]}}";
}

const std::string id_words = "an id (1 to 128 of A-Z a-z 0-9 . _ -, not starting with . or -)";

}  // namespace

TEST_CASE("a good match file has no faults") {
  CHECK(faults_of(R"({"game": "chess"})").empty());
  CHECK(faults_of(R"({"$schema": "../match.schema.json", "game": "chess", "id": "m-1", "seats": [], "settings": {},
                      "priority": -5, "labels": {"round": "1"}})")
            .empty());
  CHECK(faults_of(inline_game("none", R"({"name": "p", "command": "./p"})")).empty());
  CHECK(faults_of(inline_game("stdio", R"({"name": "r", "role": "referee", "command": "r"},
                                          {"name": "p", "custom": {}})"))
            .empty());
}

TEST_CASE("every kind of value is checked, with what was expected and found") {
  struct Row {
    const char* fields;
    const char* fault;
  };
  const Row rows[] = {
      {R"("role": "refree")",
       R"(seats[0].role: expected one of "referee", "player", "program", "server", found "refree")"},
      {R"("role": 1)", R"(seats[0].role: expected one of "referee", "player", "program", "server", found 1)"},
      {R"("command": "")", R"(seats[0].command: expected a program's name or path, 1 to 4096 bytes, found "")"},
      {R"("command": "a\nb")", R"(seats[0].command: expected a program's name or path, 1 to 4096 bytes, found "a\nb")"},
      {R"("command": "folder/")",
       R"(seats[0].command: expected a program's name or path, 1 to 4096 bytes, found "folder/")"},
      {R"("custom": [])", "seats[0].custom: expected an object, found an empty list"},
      {R"("arguments": "x")", R"(seats[0].arguments: expected a list of at most 1024 entries, found "x")"},
      {R"("arguments": ["x", 7])", "seats[0].arguments[1]: expected text without NUL, at most 100000 bytes, found 7"},
      {R"("arguments": ["a\u0000b"])",
       R"(seats[0].arguments[0]: expected text without NUL, at most 100000 bytes, found "a\u0000b")"},
      {R"("environment": {"A=B": "x"})",
       "seats[0].environment[\"A=B\"]: expected a variable's name (A-Z a-z 0-9 _, not starting with MATCHRUNNER_), "
       "found "
       "\"A=B\""},
      {R"("environment": {"MATCHRUNNER_SEAT": "x"})",
       "seats[0].environment.MATCHRUNNER_SEAT: expected a variable's name (A-Z a-z 0-9 _, not starting with "
       "MATCHRUNNER_), found \"MATCHRUNNER_SEAT\""},
      {R"("environment": {"A": null})",
       "seats[0].environment.A: expected text without NUL, at most 100000 bytes, found null"},
      {R"("secrets": "hush")", "seats[0].secrets: expected an object of at most 256 entries, found a text"},
      {R"("secrets": 4711)", "seats[0].secrets: expected an object of at most 256 entries, found a number"},
      {R"("secrets": {"A": 4711})",
       "seats[0].secrets.A: expected text without NUL, at most 100000 bytes, found a number"},
      {R"("secrets": {"A": "hu\u0000sh"})",
       "seats[0].secrets.A: expected text without NUL, at most 100000 bytes, found a text"},
      {R"("environment": {"A": "x", "B": "y"}, "secrets": {"B": "hush"})",
       R"(seats[0].secrets: expected variables that environment does not have, found "B")"},
      {R"("working_folder": "../x")",
       R"(seats[0].working_folder: expected a relative path without empty, "." or ".." parts, 1 to 4096 bytes, found )"
       R"("../x")"},
      {R"("files": [{"path": "/etc/passwd", "content": ""}])",
       R"(seats[0].files[0].path: expected a relative path without empty, "." or ".." parts, 1 to 4096 bytes, found )"
       R"("/etc/passwd")"},
      {R"("files": [{"path": "a"}])", "seats[0].files[0]: expected one of source, content, found none"},
      {R"("files": [{"path": "a", "source": "b", "content": "c"}])",
       "seats[0].files[0]: expected one of source, content, found source and content"},
      {R"("files": [{"path": "a", "content": "b"}, {"path": "a", "content": "c"}])",
       R"(seats[0].files[1].path: expected a path of its own, found "a" again)"},
      {R"("network": "yes")", R"(seats[0].network: expected true or false, found "yes")"},
      {R"("limits": {"cpu_seconds": "ten"})",
       R"(seats[0].limits.cpu_seconds: expected a number above 0, at most 31536000, found "ten")"},
      {R"("limits": {"cpu_seconds": 0})",
       "seats[0].limits.cpu_seconds: expected a number above 0, at most 31536000, found 0"},
      {R"("limits": {"cpu_seconds": null})",
       "seats[0].limits.cpu_seconds: expected a number above 0, at most 31536000, found null"},
      {R"("limits": {"wall_seconds": -1})",
       "seats[0].limits.wall_seconds: expected a number above 0, at most 31536000 or null, found -1"},
      {R"("limits": {"memory_bytes": 1048576.5})",
       "seats[0].limits.memory_bytes: expected a whole number from 1048576, found 1048576.5"},
      {R"("limits": {"output_bytes": -1})", "seats[0].limits.output_bytes: expected a whole number from 0, found -1"},
      {R"("limits": {"open_files": 4294967297})",
       "seats[0].limits.open_files: expected a whole number from 8 to 1048576, found 4294967297"},
      {R"("command": "a", "image": "b")",
       "seats[0]: expected at most one of command, image, custom, found command and image"},
      {R"("count": 65)", "seats[0].count: expected a whole number from 1 to 64, found 65"},
      {R"("cores": [2])", "seats[0].cores: expected a list of 2 entries, found a list of 1"},
      {R"("cores": [0, 1024])", "seats[0].cores[1]: expected a whole number from 0 to 1023, found 1024"},
      {R"("ready": {})", "seats[0].ready: expected one of log, port, health, found none"},
      {R"("ready": {"port": 1, "log": "up"})", "seats[0].ready: expected one of log, port, health, found log and port"},
      {R"("ready": {"port": 70000})", "seats[0].ready.port: expected a whole number from 1 to 65535, found 70000"},
      {R"("ready": {"log": "up", "within_seconds": 0})",
       "seats[0].ready.within_seconds: expected a number above 0, at most 31536000, found 0"},
      {R"("after": "x")", "seats[0].after: expected a list of at most 64 entries, found \"x\""},
      {R"("comand": "x")", R"(seats[0].comand: expected a known field, such as "command", found an unknown one)"},
      {R"("a b": "x")", R"(seats[0]["a b"]: expected a known field, such as "name", found an unknown one)"},
  };
  for (const Row& row : rows) {
    INFO(row.fields);
    CHECK(faults_of(with_seat(row.fields)) == Lines{row.fault});
  }
}

TEST_CASE("nothing lies below a file that comes as its content") {
  const auto faults_with = [](const std::string& fields) {
    return faults_of(inline_game("none", R"({"name": "p", "command": "./p", )" + fields + "}"));
  };
  CHECK(
      faults_with(
          R"("files": [{"path": "a/b", "source": "/c"}, {"path": "a", "content": ""}, {"path": "ab", "content": ""}])") ==
      Lines{R"(game.seats[0].files[0].path: expected no path below the file "a", found "a/b")"});
  CHECK(faults_with(R"("working_folder": "a/b", "files": [{"path": "a", "content": ""}])") ==
        Lines{R"(game.seats[0].working_folder: expected no path below the file "a", found "a/b")"});
  CHECK(faults_with(R"("working_folder": "a", "files": [{"path": "a", "content": ""}])") ==
        Lines{R"(game.seats[0].working_folder: expected a folder, found the file "a")"});
  CHECK(
      faults_with(R"("working_folder": "a", "files": [{"path": "a", "source": "/b"}, {"path": "a/c", "content": ""}])")
          .empty());
}

TEST_CASE("what is right at the edge of its bounds is no fault") {
  for (const char* fields :
       {R"("limits": {"wall_seconds": null})", R"("limits": {"memory_bytes": 1048576})",
        R"("limits": {"memory_bytes": 2097152.0})", R"("limits": {"memory_bytes": 9007199254740992})",
        R"("limits": {"open_files": 8})", R"("limits": {"open_files": 1e6})", R"("arguments": [""])",
        R"("environment": {"_": ""})", R"("custom": {})", R"("working_folder": "a/...b/.c")"})
    CHECK(faults_of(with_seat(fields)) == Lines{});
}

TEST_CASE("all faults at once, in the order of the input; what is missing comes last") {
  CHECK(faults_of(R"({"prioriti": 1, "seats": [{"role": 5}, {"name": "a"}, {"name": "a"}], "labels": {"x": 1}})") ==
        Lines{
            R"(prioriti: expected a known field, such as "priority", found an unknown one)",
            R"(seats[0].role: expected one of "referee", "player", "program", "server", found 5)",
            "seats[0].name: expected " + id_words + ", found nothing",
            R"(seats[2].name: expected a name of its own, found "a" again)",
            "labels.x: expected one line of text, at most 1024 bytes, found 1",
            "game: expected an id or an object, found nothing",
        });
}

TEST_CASE("the rules that no single field can break") {
  const std::string referee = R"({"name": "r", "role": "referee", "command": "r"})";
  const std::string player = R"({"name": "p", "command": "p"})";
  CHECK(faults_of(inline_game("stdio", player)) ==
        Lines{"game.seats: expected one seat with role referee, with wiring stdio, found 0"});
  CHECK(faults_of(inline_game("stdio", referee)) ==
        Lines{"game.seats: expected at least one player, with wiring stdio, found none"});
  CHECK(faults_of(inline_game("none", player + R"(,{"name": "q", "command": "q"})")) ==
        Lines{"game.seats: expected one seat, with wiring none, found 2"});
  CHECK(faults_of(inline_game("none", referee)) ==
        Lines{R"(game.seats[0].role: expected program, with wiring none, found "referee")"});
  CHECK(faults_of(inline_game("stdio", referee + R"(,{"name": "p"})")) ==
        Lines{"game.seats[1]: expected command, image or custom for seat \"p\", in the game or in the match's seats, "
              "found none"});
  CHECK(faults_of(R"({"game": {"name": "g", "wiring": "none", "seats": [{"name": "white", "command": "w"}]},
                      "seats": [{"name": "whit"}]})") ==
        Lines{R"(seats[0].name: expected a seat of the game, such as "white", found "whit")"});
}

TEST_CASE("a fault that follows from another is not told twice") {
  // The seat has no command only because the word is mistyped.
  CHECK(faults_of(inline_game("none", R"({"name": "p", "comand": "p"})")) ==
        Lines{R"(game.seats[0].comand: expected a known field, such as "command", found an unknown one)"});
  // These two have nothing to do with each other.
  CHECK(faults_of(R"({"game": {"name": "g", "wiring": "none", "seats": [{"name": "p"}]}, "prioriti": 1})").size() == 2);
}

TEST_CASE("a game is checked like a match") {
  const auto game_faults =
      check_game(R"({"name": "g", "seats": [], "score_fields": ["scores"], "deadline_seconds": 1e9})");
  REQUIRE(game_faults.size() == 3);
  CHECK(game_faults[0].path == "seats");
  CHECK(game_faults[1].path == "score_fields[0]");
  CHECK(game_faults[2].path == "deadline_seconds");
  CHECK(check_game(R"({"name": "g", "seats": [{"name": "r", "role": "referee"}, {"name": "p"}]})").empty());
}

TEST_CASE("parse names every fault in one line") {
  const auto request = parse_match_request(R"({"game": 1, "x": 2})");
  REQUIRE_FALSE(request);
  CHECK(request.error().code == ErrorCode::invalid_argument);
  CHECK(request.error().message ==
        R"(game: expected an id or an object, found 1; x: expected a known field, such as "id", found an unknown one)");
}

TEST_CASE("a game has no secrets, and broken text does not tell what it was") {
  const Lines found = faults_of(R"({"game": {"name": "g", "wiring": "none", "seats": [
    {"name": "p", "command": "p", "secrets": {"KEY": "hush"}}]}})");
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("game.seats[0].secrets: expected no secrets in a game") == 0);
  CHECK(found[0].find("hush") == found[0].npos);
  const Lines broken = faults_of("{\"seats\": [{\"secrets\": {\"KEY\": \"hush\n\"}}]}");
  REQUIRE(broken.size() == 1);
  CHECK(broken[0].find("expected JSON text, found line ") == 0);
  CHECK(broken[0].find("hush") == broken[0].npos);
}
