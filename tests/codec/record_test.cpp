// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "codec/match_record.hpp"
#include "codec/sink_record.hpp"

using namespace matchrunner;

namespace {

Match small_match() {
  Match match;
  match.id = "m1";
  match.request.game = "g";
  match.request.priority = 5;
  match.game.name = "g";
  match.game.seats.resize(1);
  match.game.seats[0].name = "p";
  match.version = 4;
  match.epoch = 2;
  match.holder = "host:1";
  return match;
}

std::string why_corrupt(const Record& record) {
  const auto match = match_from(record);
  if (match) return "";
  CHECK(match.error().code == ErrorCode::corrupt_data);
  return match.error().message;
}

}  // namespace

TEST_CASE("what of a match are columns of its record") {
  const Record record = to_record(small_match());
  CHECK(record.kind == "match");
  CHECK(record.id == "m1");
  CHECK(record.scope == "g");
  CHECK(record.state == "queued");
  CHECK(record.priority == 5);
  CHECK(record.version == 4);
  CHECK(record.epoch == 2);
  CHECK(record.holder == "host:1");
  CHECK(record.body == R"({"request":{"game":"g","priority":5},"game":{"name":"g","seats":[{"name":"p"}]}})");
}

TEST_CASE("a record that is none of ours is corrupt, and says where") {
  Record record = to_record(small_match());
  record.state = "playing";
  CHECK(why_corrupt(record) == R"(match m1: no such state "playing")");
  record.state = "queued";
  record.body = "{";
  CHECK(why_corrupt(record).find("match m1: expected JSON text") == 0);
  record.body = R"({"request":{"game":"g"},"game":{"name":"g","seats":[{"name":"p"}]},"attempt":-1,"later":true})";
  CHECK(why_corrupt(record) ==
        "match m1: attempt: expected a whole number from 0 to 4294967295, found -1; "
        "later: expected a known field, such as \"game\", found an unknown one");
}

TEST_CASE("what was read lately is read as it stands there now") {
  std::vector<Record> records;
  for (int i = 0; i < 30; ++i) {
    Match match = small_match();
    match.game.title = "number " + std::to_string(i);
    if (i % 3 == 0) match.game.settings = R"({"long":")" + std::string(20'000, 'x') + "\"}";
    records.push_back(to_record(match));
  }
  for (int round = 0; round < 3; ++round)
    for (Record& record : records) {
      record.version += 1;
      const Match match = match_from(record).value();
      CHECK(to_record(match).body == record.body);
      CHECK(match.version == record.version);
      Record damaged = record;
      damaged.body.back() = ']';
      CHECK_FALSE(why_corrupt(damaged).empty());
      damaged.body.clear();
      CHECK_FALSE(why_corrupt(damaged).empty());
    }
}

TEST_CASE("a fault tells no bound that every number keeps to") {
  Record record = to_record(small_match());
  const std::string start = R"({"request":{"game":"g"},"game":{"name":"g","seats":[{"name":"p"}]},)";
  record.body = start + R"("endpoints":[{"seat":"p","pid":"x"}],"store_error":5})";
  CHECK(why_corrupt(record) ==
        "match m1: endpoints[0].pid: expected a whole number, found \"x\"; store_error: expected text, found 5");
  const std::string outcome = R"("outcome":{"result":"failed","fault":"none","seats":[{"name":"p","verdict":"exited",)";
  record.body = start + outcome + R"("score":"x","exit_code":"x"}]}})";
  CHECK(why_corrupt(record) ==
        "match m1: outcome.seats[0].score: expected a number or null, found \"x\"; "
        "outcome.seats[0].exit_code: expected a whole number from -2147483648 to 2147483647, found \"x\"");
}

TEST_CASE("bytes of the system that are no text do not spoil a record") {
  Match match = small_match();
  match.artifacts = {{"output/\xff.bin", 1, "", "", false}};
  match.store_error = "cannot write \xfe";
  const auto read = match_from(to_record(match));
  REQUIRE(read);
  CHECK(read->artifacts[0].name == "output/\xef\xbf\xbd.bin");
  CHECK(read->store_error == "cannot write \xef\xbf\xbd");
}

TEST_CASE("a game takes its version from the record") {
  Game game;
  game.name = "chess";
  game.seats.resize(1);
  game.seats[0].name = "p";
  Record record = to_record(game);
  CHECK(record.kind == "game");
  CHECK(record.id == "chess");
  record.version = 7;
  CHECK(game_from(record)->version == 7);
}

TEST_CASE("the cursor of a sink") {
  const Record record = to_record(SinkCursor{"web", 12, "it is closed"});
  CHECK(record.kind == "sink");
  CHECK(record.id == "web");
  const auto cursor = sink_cursor_from(record);
  REQUIRE(cursor);
  CHECK(cursor->name == "web");
  CHECK(cursor->published == 12);
  CHECK(cursor->last_error == "it is closed");
  Record broken = record;
  broken.body = R"({"published":"12"})";
  CHECK(sink_cursor_from(broken).error().code == ErrorCode::corrupt_data);
}
