// SPDX-License-Identifier: Apache-2.0
// The messages of older clients.
#include "codec/run_match.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "codec/command_body.hpp"

using namespace matchrunner;
using codec::Json;

namespace {

Json message() {
  return Json::parse(R"({
    "match_id": "m7",
    "team_right": {"_type": "docker", "image_name": "right", "tag": "v1", "team_name": "Righties",
                   "config": {"core_start": 2, "core_end": 3}},
    "team_left": {"_type": "docker", "_config": "default", "image_name": "left", "team_name": "Lefties"},
    "rcssserver": {"_type": "docker", "image_name": "localhost:5000/server", "tag": "latest",
                   "config": {"core_start": 0, "core_end": 1}, "rcssserver_config": {"half_time": 10}},
    "log": {"level": "info", "s3": {"rcg": true}}
  })");
}

std::vector<std::string> missing(const std::string& text) {
  const auto body = parse_command_body(text);
  REQUIRE(body);
  return std::get<IncompleteCommand>(*body).missing;
}

// The faults of a message that differs in one place.
std::string fault(const std::string& pointer, const Json& value) {
  Json data = message();
  data[Json::json_pointer(pointer)] = value;
  REQUIRE(missing_in_run_match(data).empty());
  std::vector<InputFault> found;
  (void)match_file_of_run_match(data, found);
  REQUIRE(found.size() == 1);
  return found[0].describe();
}

}  // namespace

TEST_CASE("run_match: a server, and two teams of players around it") {
  std::vector<InputFault> found;
  const Json match = match_file_of_run_match(message(), found);
  CHECK(found.empty());
  CHECK(match == Json::parse(R"({
    "id": "m7",
    "game": {
      "name": "rcss",
      "wiring": "network",
      "seats": [
        {"name": "server", "role": "server", "image": "localhost:5000/server:latest", "cores": [0, 1],
         "ready": {"log": "Using simulator's random seed as Hetero Player Seed:", "within_seconds": 300}},
        {"name": "right", "role": "player", "image": "right:v1", "cores": [2, 3], "after": ["server"],
         "delay_seconds": 1, "addresses": {"ip": "server"}, "count": 11, "index_variable": "num"},
        {"name": "left", "role": "player", "image": "left", "after": ["server", "right"],
         "delay_seconds": 1, "addresses": {"ip": "server"}, "count": 11, "index_variable": "num"}
      ],
      "deadline_seconds": 5000,
      "limits": {"cpu_seconds": 5000, "memory_bytes": 2147483648},
      "settings": {"half_time": 10}
    },
    "labels": {"team_right": "Righties", "team_left": "Lefties"}
  })"));
}

TEST_CASE("run_match: a team that names a coach has one, in its own image or another") {
  Json data = message();
  data["team_right"]["coach"] = true;
  data["team_left"]["coach"] = {{"image_name", "trainer"}, {"tag", "v3"}};
  std::vector<InputFault> found;
  const Json seats = match_file_of_run_match(data, found)["game"]["seats"];
  CHECK(found.empty());
  REQUIRE(seats.size() == 5);
  CHECK(seats[2] == Json::parse(R"({
    "name": "right_coach", "role": "player", "image": "right:v1", "cores": [2, 3], "after": ["server", "right"],
    "delay_seconds": 1, "addresses": {"ip": "server"}, "environment": {"num": "coach"}})"));
  CHECK(seats[3]["after"] == Json({"server", "right", "right_coach"}));
  CHECK(seats[4]["image"] == "trainer:v3");
  CHECK(seats[4]["after"] == Json({"server", "right", "right_coach", "left"}));
  const auto body = parse_command_body(Json{{"command", "run_match"}, {"data", data}}.dump());
  INFO((body ? "" : body.error().message));
  REQUIRE(body);
  data["team_left"]["coach"] = nullptr;
  data["team_right"]["coach"] = false;
  CHECK(match_file_of_run_match(data, found) == match_file_of_run_match(message(), found));
}

TEST_CASE("run_match: what has limits of its own is held to them, and its coach to those of the team") {
  Json data = message();
  data["rcssserver"]["limits"] = {{"cpu_seconds", 600}};
  data["team_right"]["limits"] = {{"memory_bytes", 1 << 28}};
  data["team_right"]["coach"] = true;
  std::vector<InputFault> found;
  const Json seats = match_file_of_run_match(data, found)["game"]["seats"];
  CHECK(found.empty());
  CHECK(seats[0]["limits"] == Json{{"cpu_seconds", 600}});
  CHECK(seats[1]["limits"] == Json{{"memory_bytes", 1 << 28}});
  CHECK(seats[2]["limits"] == seats[1]["limits"]);
  CHECK_FALSE(seats[3].contains("limits"));
  data["team_left"]["limits"] = {{"cpu_seconds", -1}};
  const auto refused = parse_command_body(Json{{"command", "run_match"}, {"data", data}}.dump());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("limits.cpu_seconds: expected") != std::string::npos);
}

TEST_CASE("run_match: all that is missing is listed, each by its first part") {
  const std::vector<std::string> everything{"match_id", "team_right", "team_left", "rcssserver"};
  for (const char* const word : {"run_match", "start_match"}) {
    const std::string start = R"({"command": ")" + std::string(word) + "\"";
    CHECK(missing(start + "}") == everything);
    CHECK(missing(start + R"(, "body": {}})") == everything);
  }
  Json data = message();
  data["team_right"] = "docker";  // no object: nothing of it is there
  data["team_left"].erase("image_name");
  data["rcssserver"]["_type"] = nullptr;
  const std::string text = Json{{"command", "run_match"}, {"data", data}}.dump();
  CHECK(missing(text) == std::vector<std::string>{"team_right._type", "team_right.image_name", "team_right.team_name",
                                                  "team_left.image_name", "rcssserver._type"});
}

TEST_CASE("run_match: what cannot be had is refused by name, without telling secrets") {
  CHECK(fault("/team_left/_type", "minio") == R"(team_left._type: expected "docker", found "minio")");
  CHECK(fault("/rcssserver/_config", {{"privileged", true}}).find("rcssserver._config: expected nothing") == 0);
  CHECK(fault("/team_right/image_name", 7) == "team_right.image_name: expected a text, found 7");
  CHECK(fault("/team_right/tag", 7) == "team_right.tag: expected a text, found 7");
  CHECK(fault("/team_right/config", {{"core_start", 3}, {"core_end", 2}}).find("core_start and core_end") !=
        std::string::npos);
  CHECK(fault("/team_right/config", "all") == R"(team_right.config: expected an object, found "all")");
  CHECK(fault("/team_left/coach", "yes") ==
        R"(team_left.coach: expected true, or an object with image_name, found "yes")");
  CHECK(fault("/team_left/coach", {{"image_name", 7}}) == "team_left.coach.image_name: expected a text, found 7");
  const Json bucket = {{"endpoint", "minio"}, {"bucket", "cup"}, {"secret_key", {"hush"}}};
  CHECK(fault("/log/s3/config", bucket) == "log.s3.config.secret_key: expected a text, found a list of 1");
  CHECK(fault("/log/s3/config", {{"endpoint", "minio"}, {"access_key", "hush"}}) ==
        "log.s3.config.bucket: expected a text, found none");
  const Json queue = {{"host", "broker"}, {"queue", "q"}, {"type", "hush"}, {"password", "hush"}};
  CHECK(fault("/log/stream", {{"config", queue}, {"rcg", true}}) ==
        "log.stream.config.type: expected \"rabbitmq\", found another");
  CHECK(fault("/log/stream", {{"score", {{"host", "broker"}}}}) ==
        "log.stream.score.queue: expected a text, found none");
  CHECK_FALSE(parse_command_body(R"({"command": "run_match", "data": []})"));
}

TEST_CASE("run_match: targets are storage and streams of the match") {
  Json data = message();
  data["log"] = Json::parse(R"({
    "level": "info",
    "s3": {"config": {"type": "minio", "endpoint": "minio:9000", "access_key": "k/1", "secret_key": "s+2", "bucket": "cup"},
           "rcg": true, "rcl": "true", "server_log": false},
    "stream": {"config": {"type": "rabbitmq", "host": "broker", "port": 5672, "username": "u", "password": "p@1",
                          "exchange": "live", "queue": "all"},
               "rcg": true, "score": {"queue": "scores"}, "right_team_log": "false",
               "server_log": {"type": "rabbitmq", "host": "other", "port": "5673", "queue": "logs"}}
  })");
  const auto body = parse_command_body(Json{{"command", "run_match"}, {"data", data}}.dump());
  INFO((body ? "" : body.error().message));
  REQUIRE(body);
  const MatchRequest& request = std::get<RunCommand>(*body).request;
  using Texts = std::map<std::string, std::string>;
  const std::string bucket = "s3://k%2F1:s%2B2@cup?endpoint=http%3A%2F%2Fminio%3A9000";
  CHECK(request.storage == Texts{{"output/*.rcg", bucket},
                                 {"output/*.rcg.gz", bucket},
                                 {"output/*.rcl", bucket},
                                 {"output/*.rcl.gz", bucket}});
  const std::string start = "amqp://u:p%401@broker:5672/?exchange=live&queue=";
  CHECK(request.streams == Texts{{"output/*.rcg", start + "all"},
                                 {"output/*.rcg.gz", start + "all"},
                                 {"events/score", start + "scores"},
                                 {"events/ended", start + "scores"},
                                 {"logs/server.*", "amqp://u:p%401@other:5673/?exchange=live&queue=logs"}});

  data["log"]["s3"] = {{"config", data["log"]["s3"]["config"]}};       // no kind is named: all of it
  data["log"]["stream"] = {{"rcg", true}, {"rcl", {{"queue", "q"}}}};  // no host: what the runner streams by itself
  const auto all = parse_command_body(Json{{"command", "run_match"}, {"data", data}}.dump());
  REQUIRE(all);
  CHECK(std::get<RunCommand>(*all).request.storage == Texts{{"*", bucket}});
  CHECK(std::get<RunCommand>(*all).request.streams.empty());
}

TEST_CASE("kill_match is stop") {
  CHECK(missing(R"({"command": "kill_match"})") == std::vector<std::string>{"match_id"});
  const auto kill = parse_command_body(R"({"command": "kill_match", "data": {"match_id": "m7"}})");
  REQUIRE(kill);
  CHECK(std::get<StopCommand>(*kill).match == "m7");
  CHECK_FALSE(parse_command_body(R"({"command": "kill_match", "data": {"match_id": 7}})"));
}
