// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/json.hpp"

#include "catch.hpp"
#include "codec/resolve.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;

TEST_CASE("a request is canonical: sorted, without spaces, without defaults") {
  const auto request = parse_match_request(
      R"({"seats": [], "settings": {"b": 1, "a": {"d": 1.50, "c": []}}, "priority": 0, "labels": {}, "id": "m",
          "game": {"wiring": "stdio", "seats": [{"network": false, "limits": {"wall_seconds": null, "cpu_seconds": 5},
          "name": "r", "role": "referee", "command": "r", "arguments": []}, {"name": "p", "command": "p"}], "name": "g"}})");
  REQUIRE(request);
  CHECK(to_json(*request) ==
        R"({"game":{"name":"g","seats":[{"command":"r","limits":{"cpu_seconds":5.0,"wall_seconds":null},"name":"r",)"
        R"("role":"referee"},{"command":"p","name":"p"}]},"id":"m","settings":{"a":{"c":[],"d":1.5},"b":1}})");
}

TEST_CASE("equal wishes have equal hashes, whatever their id and spelling") {
  const auto hash = [](const char* text) { return request_sha256(parse_match_request(text).value()); };
  const std::string plain = hash(R"({"game": "g", "settings": {"a": 1, "b": 2}})");
  CHECK(plain.size() == 64);
  CHECK(hash(R"({"settings": {"b": 2, "a": 1}, "id": "m1", "priority": 0, "seats": [], "game": "g"})") == plain);
  CHECK(hash(R"({"game": "g", "settings": {"a": 1, "b": 3}})") != plain);
  CHECK(hash(R"({"game": "h", "settings": {"a": 1, "b": 2}})") != plain);
  CHECK(hash(R"({"game": "g", "settings": {"a": 1, "b": 2}, "priority": 1})") != plain);
}

TEST_CASE("a hash tells the names of secrets, and nothing of their values") {
  const auto hash = [](const char* secrets) {
    const std::string seat = std::string(R"({"name": "white", "secrets": )") + secrets + "}";
    return request_sha256(parse_match_request(R"({"game": "g", "seats": [)" + seat + "]}").value());
  };
  const std::string one = hash(R"({"TOKEN": "one"})");
  CHECK(hash(R"({"TOKEN": "two"})") == one);
  CHECK(hash(R"({"TOKEN": ""})") == one);
  CHECK(hash(R"({"KEY": "one"})") != one);
  CHECK(hash(R"({"TOKEN": "one", "KEY": "one"})") != one);
  CHECK(hash("{}") != one);
}

TEST_CASE("a match as the command line and the web show it") {
  Match match;
  match.id = "m1";
  match.state = MatchState::finished;
  match.request.game = "g";
  match.request.priority = 3;
  match.request.labels = {{"round", "1"}};
  match.request.seats.resize(1);
  match.request.seats[0].environment = {{"TOKEN", "secret"}};
  match.request.seats[0].secrets = {{"KEY", "secret"}};
  match.game.name = "g";
  match.game.seats.resize(1);
  match.game.seats[0].name = "white";
  match.game.seats[0].role = SeatRole::player;
  match.game.seats[0].environment = {{"TOKEN", "secret"}};
  match.attempt = 1;
  match.epoch = 2;
  match.version = 9;
  match.times = {{MatchState::queued, Time{}}, {MatchState::running, Time{std::chrono::seconds(1)}}};
  match.outcome.emplace();
  match.outcome->result = MatchResult::completed;
  match.outcome->seats.resize(1);
  match.outcome->seats[0].name = "white";
  match.outcome->seats[0].verdict = Verdict::exited;
  match.outcome->seats[0].exit_code = 3;
  match.artifacts = {{"logs/white.stderr", 7, "ab", "file:///a", false}};
  match.unique_id = "ef";
  match.request_sha256 = "cd";
  CHECK(
      to_json(match) ==
      R"({"id":"m1","state":"finished","outcome":{"result":"completed","fault":"none","reason":"","summary":"","seats":[)"
      R"({"name":"white","verdict":"exited","fault":"none","score":null,"exit_code":3,"signal":null,"truncated":false,)"
      R"("cpu_seconds":0.0,"wall_seconds":0.0,"peak_memory_bytes":0,"processes":0,"output_bytes":0,)"
      R"("limit":"","limit_value":null,"detail":"","stderr_tail":""}],"details":{}},)"
      R"("artifacts":[{"name":"logs/white.stderr","uri":"file:///a","bytes":7,"sha256":"ab","missing":false}],)"
      R"("stored_at":null,"store_error":"","game":"g","wiring":"stdio","seats":[{"name":"white","role":"player"}],)"
      R"("priority":3,"labels":{"round":"1"},"attempt":1,"times":{"queued":"1970-01-01T00:00:00.000000Z",)"
      R"("running":"1970-01-01T00:00:01.000000Z"},"stop_request":null,"isolation":null,"endpoints":[],"holder":"",)"
      R"("epoch":2,"version":9,"unique_id":"ef","request_sha256":"cd"})");
}

TEST_CASE("an event is one line, with its body as it is") {
  Event event;
  event.sequence = 7;
  event.kind = "match";
  event.subject = "m1";
  event.epoch = 1;
  event.type = "progress";
  event.body = R"({"text":"a\nb","n":1})";
  CHECK(to_json(event) ==
        R"({"sequence":7,"at":"1970-01-01T00:00:00.000000Z","kind":"match","subject":"m1","epoch":1,"type":"progress",)"
        R"("body":{"text":"a\nb","n":1}})");
  event.body = "not JSON\n";
  CHECK(to_json(event).find(R"("body":"not JSON\n"})") != std::string::npos);
}

TEST_CASE("a request made in the program is written so that its told can be named") {
  MatchRequest request;
  request.game = "g";
  request.settings = "[1]";
  request.seats.resize(1);
  request.seats[0].name = "a";
  request.seats[0].custom = "{broken";
  const auto told = check_match_request(to_json(request));
  REQUIRE(told.size() == 2);
  CHECK(told[0].describe() == R"(seats[0].custom: expected an object, found "{broken")");
  CHECK(told[1].describe() == "settings: expected an object, found a list of 1");
}
