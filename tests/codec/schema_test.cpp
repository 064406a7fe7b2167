// SPDX-License-Identifier: Apache-2.0
// The schema is printed from the shapes that check; here: that every field is in it, and how it is bounded.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "codec/match_file_table.hpp"
#include "matchrunner/match_file.hpp"

using namespace matchrunner;
using nlohmann::json;

namespace {

void check_object(const json& schema, const codec::Object& object) {
  INFO(object.name);
  CHECK(schema["type"] == "object");
  CHECK(schema["additionalProperties"] == false);
  std::size_t shown = 0;
  for (const codec::Field& field : object.fields) {
    INFO(field.name);
    const std::string name(field.name);
    ++shown;
    REQUIRE(schema["properties"].contains(name));
    CHECK(schema["properties"][name]["description"] == std::string(field.docs));
    const json required = schema.value("required", json::array());
    CHECK((std::find(required.begin(), required.end(), name) != required.end()) == field.required);
  }
  CHECK(schema["properties"].size() == shown);
}

}  // namespace

TEST_CASE("the schema has every field of every object") {
  const json schema = json::parse(match_file_schema());
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  check_object(schema, codec::Outline<MatchRequest>::object);
  check_object(schema["$defs"]["game"], codec::Outline<Game>::object);
  check_object(schema["$defs"]["seat"], codec::Outline<Seat>::object);
  check_object(schema["$defs"]["file"], codec::Outline<SeatFile>::object);
  check_object(schema["$defs"]["limits"], codec::Outline<Limits>::object);
  check_object(schema["$defs"]["ready"], codec::Outline<Readiness>::object);
  CHECK(schema["$defs"].size() == 5);
}

TEST_CASE("bounds, words, alternatives and null are in the schema") {
  const json defs = json::parse(match_file_schema())["$defs"];
  const json& limits = defs["limits"]["properties"];
  CHECK(limits["cpu_seconds"]["exclusiveMinimum"] == 0);
  CHECK(limits["processes"]["minimum"] == 1);
  CHECK(limits["processes"]["type"] == "integer");
  CHECK(limits["wall_seconds"]["anyOf"][1]["type"] == "null");
  const json& seat = defs["seat"];
  CHECK(seat["properties"]["role"]["enum"] == json{"referee", "player", "program", "server"});
  CHECK(seat["properties"]["files"]["items"]["$ref"] == "#/$defs/file");
  CHECK(seat["oneOf"].size() == 4);  // one of three, or none of them
  CHECK(defs["file"]["oneOf"].size() == 2);
}

TEST_CASE("the docs tell the default limits as they are") {
  const Limits defaults = default_limits();
  const auto said = [](std::size_t row) { return std::string(codec::Outline<Limits>::fields[row].docs); };
  CHECK(said(0).ends_with("default " + std::to_string(static_cast<int>(*defaults.cpu_seconds))));
  CHECK(said(2).ends_with("default " + std::to_string(*defaults.memory_bytes)));
  CHECK(said(3).ends_with("default " + std::to_string(*defaults.processes)));
  CHECK(said(4).ends_with("default " + std::to_string(*defaults.open_files)));
  CHECK(said(5).ends_with("default " + std::to_string(*defaults.output_bytes)));
  CHECK(said(6).ends_with("default " + std::to_string(*defaults.artifact_bytes)));
  CHECK(said(7).ends_with("default " + std::to_string(*defaults.disk_bytes)));
  CHECK(said(8).ends_with("default " + std::to_string(*defaults.files)));
}
