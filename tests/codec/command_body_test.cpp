// SPDX-License-Identifier: Apache-2.0
#include "codec/command_body.hpp"
#include "catch.hpp"

using namespace matchrunner;

namespace {

const std::string words =
    R"("run", "stop", "status", "score", "ping", "shutdown", "run_match", "start_match", "kill_match")";

std::string why(std::string_view text) {
  const auto body = parse_command_body(text);
  if (body) return "";
  CHECK(body.error().code == ErrorCode::invalid_argument);
  return body.error().message;
}

}  // namespace

TEST_CASE("the match that a command names, whatever else is wrong with it") {
  CHECK(match_named_in(R"({"command": "dance", "data": {"match_id": "m1"}})") == "m1");
  CHECK(match_named_in(R"({"command": "run", "body": {"id": "m2", "colour": 1}})") == "m2");
  for (const auto* none : {"", "{", "[]", "{}", R"({"data": 1})", R"({"data": {}})", R"({"data": {"match_id": 7}})",
                           R"({"data": {"id": "no id"}})", R"({"match_id": "m1"})"})
    CHECK(match_named_in(none).empty());
}

TEST_CASE("the commands") {
  const auto run = parse_command_body(R"({"command": "run", "data": {"id": "m1", "game": "chess", "priority": 3}})");
  REQUIRE(run);
  CHECK(std::get<RunCommand>(*run).request.id == "m1");
  CHECK(std::get<RunCommand>(*run).request.priority == 3);

  const auto stop = parse_command_body(R"({"command": "stop", "data": {"match_id": "m1", "reason": "rain"}})");
  REQUIRE(stop);
  CHECK(std::get<StopCommand>(*stop).match == "m1");
  CHECK(std::get<StopCommand>(*stop).reason == "rain");

  const auto status = parse_command_body(R"({"command": "status", "body": {"match_id": "m1"}})");  // the older name
  REQUIRE(status);
  CHECK(std::get<StatusCommand>(*status).match == "m1");

  const auto ping = parse_command_body(R"({"command": "ping"})");
  REQUIRE(ping);
  CHECK(std::holds_alternative<PingCommand>(*ping));
  const auto score = parse_command_body(R"({"command": "score", "data": {"match_id": "m1"}})");
  REQUIRE(score);
  CHECK(std::get<ScoreCommand>(*score).match == "m1");
  CHECK(std::holds_alternative<ShutdownCommand>(*parse_command_body(R"({"command": "shutdown"})")));
}

TEST_CASE("whoever names one runner does not shut down another") {
  CHECK(why(R"({"command": "shutdown", "data": {"runner": "a"}})") ==
        R"(command: data.runner: expected no field, found "a")");
  CHECK(why(R"({"command": "ping", "body": {"x": 1}})") == "command: body.x: expected no field, found 1");
  CHECK(parse_command_body(R"({"command": "shutdown", "data": {}})"));
}

TEST_CASE("every wrong or missing field is named in one line") {
  CHECK(why("") ==
        "command: expected JSON text, found line 1, column 1: syntax error while parsing value - unexpected end "
        "of input; expected '[', '{', or a literal");
  CHECK(why("{}") == std::string("command: command: expected one of ") + words + ", found nothing");
  CHECK(why(R"({"command": "sotp", "data": 1, "dta": {}})") ==
        std::string("command: command: expected one of ") + words +
            R"(, found "sotp"; )"
            R"(data: expected an object, found 1; dta: expected a known field, such as "data", found an unknown one)");
  CHECK(why(R"({"command": "ping", "data": {}, "body": {}})") ==
        "command: expected at most one of data, body, found data and body");
  CHECK(why(R"({"command": "stop", "body": {"match": "m1", "reason": "a\nb"}})") ==
        R"(command: body.match: expected a known field, such as "match_id", found an unknown one; )"
        R"(body.reason: expected one line of text, at most 1024 bytes, found "a\nb"; )"
        "body.match_id: expected an id (1 to 128 of A-Z a-z 0-9 . _ -, not starting with . or -), found nothing");
  CHECK(why(R"({"command": "run", "data": {"game": "g", "seats": [{"name": "a", "command": "./x"}]}})") ==
        R"(command: data.seats[0].command: expected an absolute path, found "./x")");
  CHECK(why(R"({"command": "run"})") == "command: data.game: expected an id or an object, found nothing");
}
