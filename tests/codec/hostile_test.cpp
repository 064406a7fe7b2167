// SPDX-License-Identifier: Apache-2.0
// Input made to break a reader: nothing throws, crashes or takes long, and all of it is refused.
#include <algorithm>
#include <string>

#include "catch.hpp"
#include "codec/command_body.hpp"
#include "codec/match_record.hpp"
#include "codec/random_values.hpp"
#include "codec/seat_output.hpp"
#include "codec/sink_record.hpp"
#include "matchrunner/json.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;

namespace {

std::string repeated(const std::string& part, std::size_t times) {
  std::string all;
  all.reserve(part.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += part;
  return all;
}

bool is_one_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Nothing in it that a terminal obeys: C0, DEL, C1.
bool is_one_printable_line(const std::string& text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (text[i] == '\xc2' && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
  return is_one_line(text) && text.find('\x7f') == text.npos;
}

// Every reader of untrusted text, with the same text.
void feed(const std::string& text) {
  const std::vector<Seat> seats(1);
  for (const InputFault& fault : check_match_request(text)) CHECK(is_one_printable_line(fault.describe()));
  for (const InputFault& fault : check_game(text)) CHECK(is_one_printable_line(fault.describe()));
  (void)parse_match_request(text, "/folder");
  (void)parse_game(text, "/folder");
  (void)parse_command_body(text);
  (void)parse_result_file(text, seats);
  (void)parse_event_line(text);
  Record record;
  record.kind = "match";
  record.state = "queued";
  record.body = text;
  (void)match_from(record);
  (void)game_from(record);
  (void)sink_cursor_from(record);
  Event event;
  event.body = text;
  CHECK(is_one_line(to_json(event)));
}

}  // namespace

TEST_CASE("texts that are no JSON, or not ours") {
  const std::string cases[] = {
      "",
      " ",
      std::string(1, '\0'),
      "{",
      "}",
      "nul",
      "NaN",
      "Infinity",
      "[1e999]",
      "-",
      "1" + repeated("0", 100'000),
      "\"\xff\"",
      "\"\xc0\x80\"",
      "\"\xed\xa0\x80\"",
      "\"\\ud800\"",
      "{\"game\": \"\xff\"}",
      "{\"\xff\": 1}",
      "{\"\x7f \xc2\x9b\": \"\x7f \xc2\x9b \xc2\xa0\"}",
      "{\"game\": \"g\"}" + std::string(1, '\0') + "and more",
      "{} {}",
      "{\"game\": \"g\",}",
      "{'game': 'g'}",
      "{\"game\": \"g\" /* no */}",
      "[]",
      "null",
      "true",
      "0",
      "\"text\"",
      "{\"game\": {\"name\": {\"name\": {}}}}",
      "{\"seats\": {\"0\": {}}}",
      "{\"game\": [[[[]]]]}",
  };
  for (const std::string& text : cases) {
    INFO(text.substr(0, 50));
    CHECK_FALSE(check_match_request(text).empty());
    feed(text);
  }
}

TEST_CASE("nesting without end is refused where it begins") {
  const std::pair<const char*, const char*> brackets[] = {{"[", "]"}, {"{\"a\":", "}"}, {"{\"settings\":[", "]}"}};
  for (const auto& [open, close] : brackets)
    for (const std::string& text :
         {repeated(open, 100'000), repeated(open, 100'000) + "1" + repeated(close, 100'000)}) {
      feed(text);
      const auto told = check_match_request(text);
      REQUIRE(told.size() == 1);
      CHECK(told[0].expected == "at most 64 levels of nesting");
    }
  const auto nested = [](std::size_t depth) {
    return R"({"game":"g","settings":)" + repeated("{\"a\":", depth - 1) + "{}" + repeated("}", depth);
  };
  CHECK(check_match_request(nested(32)).empty());
  const auto told = check_match_request(nested(33));
  REQUIRE(told.size() == 1);
  CHECK(told[0].describe() == "settings: expected at most 32 levels of nesting, found more");
}

TEST_CASE("a name may stand only once in an object") {
  const auto told = check_match_request(R"({"game": "a", "seats": [{"name": "x", "name": "y"}], "game": "b"})");
  REQUIRE(told.size() == 2);
  CHECK(told[0].describe() == "seats[0].name: expected one value, found a second one");
  CHECK(told[1].describe() == "game: expected one value, found a second one");
}

TEST_CASE("very much of anything") {
  SECTION("fields nobody knows: the first hundred are told") {
    std::string text = "{\"game\":\"g\"";
    for (int i = 0; i < 200'000; ++i) text += ",\"field" + std::to_string(i) + "\":0";
    CHECK(check_match_request(text + "}").size() == 100);
  }
  SECTION("one long name") {
    const auto told = check_match_request("{\"game\":\"g\",\"" + repeated("x", 1 << 20) + "\":0}");
    REQUIRE(told.size() == 1);
    CHECK(told[0].describe().size() < 200);
  }
  SECTION("seats and arguments") {
    CHECK_FALSE(check_match_request(R"({"game":"g","seats":[)" + repeated("{},", 100'000) + "{}]}").empty());
    CHECK_FALSE(
        check_match_request(R"({"game":"g","seats":[{"name":"a","arguments":[)" + repeated("1,", 200'000) + "1]}]}")
            .empty());
  }
  SECTION("more than a file may have") {
    const auto told = check_match_request(repeated(" ", (16 << 20) + 1));
    REQUIRE(told.size() == 1);
    CHECK(told[0].expected == "at most 16777216 bytes");
  }
  SECTION("settings that no variable can hold") {
    const std::string text =
        R"({"game":{"name":"g","wiring":"none","seats":[{"name":"p","command":"p"}]},"settings":{"a":")" +
        repeated("x", 70'000) + "\"}}";
    const auto told = check_match_request(text);
    REQUIRE(told.size() == 1);
    CHECK(told[0].path == "settings");
  }
}

TEST_CASE("numbers beyond every bound") {
  for (const char* number :
       {"1e308", "-1e308", "18446744073709551616", "-9223372036854775809", "9007199254740993", "0.5"}) {
    INFO(number);
    const std::string limits = std::string(R"("limits":{"processes":)") + number + "}";
    CHECK(check_match_request(std::string(R"({"game":"g","priority":)") + number + "}").size() == 1);
    CHECK(check_match_request(R"({"game":"g","seats":[{"name":"a",)" + limits + "}]}").size() == 1);
  }
}

TEST_CASE("good texts with bytes changed, cut and repeated") {
  const auto seed = matchrunner::testing::chosen_seed();
  INFO("MATCHRUNNER_SEED=" << seed);
  matchrunner::testing::RandomValues random(seed);
  for (int i = 0; i < 400; ++i) {
    std::string text = random.chance() ? to_json(random.request()) : to_record(random.match()).body;
    for (auto changes = random.number(1, 4); changes > 0; --changes) {
      const auto at = random.number(0, text.size() - 1);
      switch (random.number(0, 3)) {
        case 0:
          text[at] = static_cast<char>(random.number(0, 255));
          break;
        case 1:
          text.erase(at, random.number(1, 20));
          break;
        case 2:
          text.insert(at, text.substr(random.number(0, text.size() - 1), 30));
          break;
        default:
          text.insert(at, 1, "{}[],:\"0"[random.number(0, 7)]);
      }
      if (text.empty()) text = "{";
    }
    feed(text);
  }
}
