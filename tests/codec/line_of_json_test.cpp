// SPDX-License-Identifier: Apache-2.0
// The body of an event is shown as it stands where it is a line of JSON, and else as what it says, or as text.
#include <string>
#include <vector>

#include "catch.hpp"
#include "codec/json_text.hpp"
#include "matchrunner/json.hpp"

#include <nlohmann/json.hpp>

using namespace matchrunner;

namespace {

std::string nested(std::size_t depth) {
  std::string text = "1";
  for (std::size_t i = 0; i < depth; ++i) text = "{\"a\":" + text + "}";
  return text;
}

struct Row {
  std::string body;
  bool as_it_stands;
};

}  // namespace

TEST_CASE("the body of an event is shown as it stands, where that is a line of JSON") {
  const std::size_t deepest = codec::stored_bounds.depth;
  const std::vector<Row> rows = {
      {"{}", true},
      {R"({"text":"white to move"})", true},
      {R"({"a":0,"b":-1.50,"c":1e2,"d":[true,false,null,{}],"i":{"a":{}}})", true},
      {R"({"a":"\"\\\/\b\f\n\r\t\u0041 )"
       "\xe2\x82\xac\"}",
       true},
      {R"( {"a" : 1} )", true},
      {"[{\"a\":1},{\"a\":2}]", true},
      {"1", true},
      {"\"text\"", true},
      {nested(deepest), true},
      // JSON, in several lines.
      {"{\"a\":\n1}", false},
      {"{}\r", false},
      // None, or none that is taken for one.
      {"", false},
      {"text", false},
      {"{", false},
      {"{}}", false},
      {R"({"a":1,})", false},
      {R"({"a":1e999})", false},
      {"{\"a\":\"\xff\"}", false},
      {nested(deepest + 1), false},
      {R"({"a":1,"a":2})", false},
      {R"({"a":[{"b":1,"b":2}]})", false},
      {std::string("{}\0", 3), false},
      {std::string("{\"a\":\"\0\"}", 9), false},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(codec::is_line_of_json(row.body) == row.as_it_stands);
    Event event;
    event.sequence = 7;
    event.kind = "match";
    event.subject = "m\"1";
    event.type = "progress";
    event.body = row.body;
    const std::string shown = to_json(event);
    CHECK(shown.find_first_of("\r\n") == std::string::npos);
    CHECK((shown.find(",\"body\":" + row.body + "}") != std::string::npos) == row.as_it_stands);
    codec::Json read;
    REQUIRE(codec::read_text(shown, read, {.depth = deepest + 1}).empty());
    CHECK(read["subject"] == "m\"1");
    CHECK(codec::to_text(read["body"]) == codec::to_text(codec::embedded(row.body)));
  }
}
