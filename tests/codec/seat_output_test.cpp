// SPDX-License-Identifier: Apache-2.0
#include "codec/seat_output.hpp"
#include "catch.hpp"

using namespace matchrunner;

namespace {

const std::vector<Seat> seats = [] {
  std::vector<Seat> two(2);
  two[0].name = "white";
  two[1].name = "black";
  return two;
}();

std::string why_not_result(std::string_view text) {
  const auto result = parse_result_file(text, seats);
  if (result) return "";
  CHECK(result.error().code == ErrorCode::invalid_argument);
  CHECK(result.error().message.find('\n') == std::string::npos);
  return result.error().message;
}

std::string why_not_line(std::string_view text) {
  const auto line = parse_event_line(text);
  return line ? "" : line.error().message;
}

}  // namespace

TEST_CASE("a result file: scores, reason and all else as it was") {
  const auto result = parse_result_file(
      R"({"scores": {"white": 1, "black": -0.5}, "reason": "mate", "plies": 57, "a": {"z": 1, "b": 2}})", seats);
  REQUIRE(result);
  CHECK(result->scores == std::map<std::string, double>{{"white", 1.0}, {"black", -0.5}});
  CHECK(result->reason == "mate");
  CHECK(result->details == R"({"a":{"b":2,"z":1},"plies":57})");

  const auto bare = parse_result_file(R"({"scores": {}})", seats);
  REQUIRE(bare);
  CHECK(bare->scores.empty());
  CHECK(bare->reason.empty());
  CHECK(bare->details == "{}");
}

TEST_CASE("an invalid result file says why") {
  CHECK(why_not_result("[]") == "result file: expected an object, found an empty list");
  CHECK(why_not_result("{}") == "result file: scores: expected an object of at most 64 entries, found nothing");
  CHECK(why_not_result(R"({"scores": [1, 0]})") ==
        "result file: scores: expected an object of at most 64 entries, found a list of 2");
  CHECK(why_not_result(R"({"scores": {"white": "1"}})").find("scores.white: expected a number") != std::string::npos);
  CHECK(why_not_result(R"({"scores": {"white": null}})").find("found nothing") == std::string::npos);
  CHECK(why_not_result(R"({"scores": {"wite": 1}})") ==
        R"(result file: scores: expected names of seats, such as "white", found "wite")");
  CHECK(why_not_result(R"({"scores": {}, "reason": "two\nlines"})") ==
        R"(result file: reason: expected one line of text, at most 1024 bytes, found "two\nlines")");
  CHECK(why_not_result(R"({"scores": {}, "reason": null})").find("reason: expected one line") != std::string::npos);
  CHECK(why_not_result(R"({"scores": {"white": 1e999}})") ==
        "result file: scores.white: expected a number below 1.8e308, found a larger one");
  CHECK(why_not_result(R"({"scores": {"white": -1e999}})") ==
        "result file: scores.white: expected a number above -1.8e308, found a smaller one");
  CHECK(why_not_result(std::string(max_result_bytes + 1, ' ')) ==
        "result file: expected at most 1048576 bytes, found 1048577");
}

TEST_CASE("a line of a program: its type, and the rest as the body") {
  const auto line = parse_event_line(R"({"z": [1], "type": "progress", "move": 12})");
  REQUIRE(line);
  CHECK(line->type == "progress");
  CHECK(line->body == R"({"move":12,"z":[1]})");
  CHECK(parse_event_line(R"({"type":"score"})")->body == "{}");
}

TEST_CASE("a line that is none says why") {
  CHECK(why_not_line("hello").find("event line: expected JSON text") == 0);
  CHECK(why_not_line("{}").find("event line: type: expected a type") == 0);
  for (const char* type :
       {"Score", "", "a b", "claim", "ended", "lapse", "submit", "seat_ended", "stored", "bad_line", "dropped"}) {
    INFO(type);
    CHECK_FALSE(parse_event_line(std::string(R"({"type": ")") + type + "\"}"));
  }
  CHECK(parse_event_line(R"({"type": "reply"})"));  // an event of commands, not of matches
  CHECK_FALSE(parse_event_line("{\"type\":\"a\",\"x\":\"" + std::string(max_event_line_bytes, 'x') + "\"}"));
}
