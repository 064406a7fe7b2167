// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "catch.hpp"
#include "codec/event_body.hpp"

using namespace matchrunner;

TEST_CASE("bodies of text leave out what is empty, and are one line of UTF-8") {
  CHECK(text_body({}) == "{}");
  CHECK(text_body({{"reason", ""}}) == "{}");
  CHECK(text_body({{"error", "a\nb\"\xff"}, {"game", "g"}}) == "{\"error\":\"a\\nb\\\"\xef\xbf\xbd\",\"game\":\"g\"}");
}

TEST_CASE("bodies of a run") {
  CHECK(claim_body("host:1:ab", 2) == R"({"holder":"host:1:ab","attempt":2})");
  const SeatEndpoint endpoints[] = {{"white", "here", 80, 42}};
  CHECK(started_body(endpoints, {"full", {"user"}}) ==
        R"({"endpoints":[{"seat":"white","host":"here","port":80,"pid":42}],)"
        R"("isolation":{"tier":"full","in_force":["user"]}})");
  CHECK(dropped_body(12) == R"({"lines":12})");
  SeatReport seat;
  seat.seat = "white";
  seat.verdict = Verdict::crashed;
  seat.signal = 11;
  seat.wall_seconds = 1.5;
  seat.detail = "dumped";
  CHECK(seat_ended_body(seat) ==
        R"({"name":"white","verdict":"crashed","exit_code":null,"signal":11,"truncated":false,"cpu_seconds":0.0,)"
        R"("wall_seconds":1.5,"peak_memory_bytes":0,"processes":0,"output_bytes":0,"limit":"","limit_value":null,)"
        R"("detail":"dumped","stderr_tail":""})");
}

TEST_CASE("bodies of an end") {
  Outcome outcome;
  outcome.result = MatchResult::completed;
  outcome.reason = "mate";
  outcome.seats.resize(1);
  outcome.seats[0].name = "white";
  outcome.seats[0].verdict = Verdict::ok;
  outcome.seats[0].exit_code = 0;
  outcome.seats[0].score = 1;
  outcome.seats[0].cpu_seconds = std::numeric_limits<double>::quiet_NaN();  // a user's executor may say anything
  outcome.details = R"({"plies":57})";
  CHECK(
      outcome_body(outcome) ==
      R"({"result":"completed","fault":"none","reason":"mate","summary":"","seats":[{"name":"white","verdict":"ok",)"
      R"("fault":"none","score":1.0,)"
      R"("exit_code":0,"signal":null,"truncated":false,"cpu_seconds":null,"wall_seconds":0.0,"peak_memory_bytes":0,)"
      R"("processes":0,"output_bytes":0,"limit":"","limit_value":null,"detail":"","stderr_tail":""}],"details":{"plies":57}})");
  const Artifact artifacts[] = {{"result.json", 5, "ab", "file:///x", false}};
  CHECK(artifacts_body(artifacts) ==
        R"({"artifacts":[{"name":"result.json","uri":"file:///x","bytes":5,"sha256":"ab","missing":false}]})");
}
