// SPDX-License-Identifier: Apache-2.0
#include "codec/plain_json.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "codec/json_text.hpp"
#include "matchrunner/json.hpp"

#include <nlohmann/json.hpp>

using namespace matchrunner;

namespace {

std::string nested(int depth) {
  std::string text = "1";
  for (int i = 0; i < depth; ++i) text = "{\"a\":" + text + "}";
  return text;
}

std::string with_names(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (text.empty() ? "{\"" : ",\"") + std::to_string(i) + "\":true";
  return text + "}";
}

// As to_json() would be if it read and wrote each body.
std::string read_and_written(const Event& event) {
  codec::Json json = codec::Json::parse(
      to_json(Event{event.sequence, event.at, event.kind, event.subject, event.epoch, event.type, "{}"}));
  json["body"] = codec::embedded(event.body);
  return codec::to_text(json);
}

}  // namespace

TEST_CASE("what is plain is written as it stands, and any event as if its body had been read") {
  struct Row {
    std::string body;
    bool plain;
  };
  const std::vector<Row> rows = {
      {"{}", true},
      {R"({"text":"white to move"})", true},
      {R"({"a":0,"b":-1,"c":999999999999999999,"d":true,"e":false,"f":null,"g":[],"h":[1,"x",{}],"i":{"a":{}}})", true},
      {R"({"a":"\"\\\b\f\n\r\t"})", true},
      {"{\"a\":\"\xe2\x82\xac \x7f\"}", true},
      {R"({"":""})", true},
      {nested(8), true},
      {with_names(32), true},
      // What may be plain, and is not looked at so closely.
      {nested(9), false},
      {with_names(33), false},
      {R"({"a":1.5})", false},
      {R"({"a":9999999999999999999})", false},
      // What is written in another way.
      {R"({"a": 1})", false},
      {R"({"a":1} )", false},
      {R"({"a":-0})", false},
      {R"({"a":1e2})", false},
      {R"({"a":1.50})", false},
      {R"({"a":"\/"})", false},
      {R"({"a":"\u0041"})", false},
      {R"({"a":"\u000A"})", false},
      // What is no object.
      {"", false},
      {"[]", false},
      {"1", false},
      {"\"text\"", false},
      {"text", false},
      {"{", false},
      {"{}}", false},
      {"{,}", false},
      {R"({"a"})", false},
      {R"({"a":})", false},
      {R"({"a":1,})", false},
      {R"({"a":01})", false},
      {R"({"a":-})", false},
      {R"({"a":tru})", false},
      {R"({"a":[1,]})", false},
      {R"({"a":"})", false},
      {R"({"a":"\)", false},
      {R"({"a":1,"a":2})", false},
      {R"({"a":{"b":1,"b":2}})", false},
      {"{\"a\":\"\n\"}", false},
      {"{\"a\":\"\xff\"}", false},
      {std::string("{}\0", 3), false},
      {std::string("{\"a\":\"\0\"}", 9), false},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(codec::is_plain_object(row.body) == row.plain);
    if (row.plain) CHECK(codec::to_text(codec::embedded(row.body)) == row.body);
    Event event;
    event.sequence = 7;
    event.kind = "match";
    event.subject = "m\"1";
    event.type = "progress";
    event.body = row.body;
    CHECK(to_json(event) == read_and_written(event));
  }
}
