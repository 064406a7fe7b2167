// SPDX-License-Identifier: Apache-2.0
// The messages of older clients.
#include "codec/run_match.hpp"

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
        {"name": "right", "role": "player", "image": "right:v1", "cores": [2, 3], "count": 11, "after": ["server"],
         "delay_seconds": 1, "addresses": {"ip": "server"}, "index_variable": "num"},
        {"name": "left", "role": "player", "image": "left", "count": 11, "after": ["server", "right"],
         "delay_seconds": 1, "addresses": {"ip": "server"}, "index_variable": "num"}
      ],
      "settings": {"half_time": 10}
    },
    "labels": {"team_right": "Righties", "team_left": "Lefties"}
  })"));
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
  const std::string target = fault("/log/s3/config", {{"secret_key", "hush"}});
  CHECK(target.find("log.s3.config: expected nothing") == 0);
  CHECK(target.find("hush") == std::string::npos);
  CHECK(fault("/log/stream", {{"config", {{"password", "hush"}}}}).find("hush") == std::string::npos);
  CHECK_FALSE(parse_command_body(R"({"command": "run_match", "data": []})"));
}

TEST_CASE("kill_match is stop") {
  CHECK(missing(R"({"command": "kill_match"})") == std::vector<std::string>{"match_id"});
  const auto kill = parse_command_body(R"({"command": "kill_match", "data": {"match_id": "m7"}})");
  REQUIRE(kill);
  CHECK(std::get<StopCommand>(*kill).match == "m7");
  CHECK_FALSE(parse_command_body(R"({"command": "kill_match", "data": {"match_id": 7}})"));
}
