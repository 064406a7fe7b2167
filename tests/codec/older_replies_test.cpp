// SPDX-License-Identifier: Apache-2.0
// What older clients read of the matches that they asked for, text by text.
#include "codec/older_replies.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "codec/command_body.hpp"
#include "codec/event_body.hpp"

using namespace matchrunner;
using codec::Json;

namespace {

struct OlderCase {
  MatchState state;  // where the match is when the event is made
  const char* type;
  const char* body;
  const char* text;  // to who asked by run_match
  const char* else_text;
};
const OlderCase older_cases[] = {
    {MatchState::queued, "submit", "{}", "queued", "queued"},
    {MatchState::queued, "claim", "{}", "fetching_images", "fetching_images"},
    {MatchState::preparing, "preparing",
     R"({"seat":"right_0","what":"host/a:1","step":"Downloading","bytes":5,"total_bytes":10})",
     "host/a:1: Downloading 5/10", ""},
    {MatchState::preparing, "prepared", "{}", "Starting rcssserver...", "starting"},
    {MatchState::starting, "seat_started", R"({"seat":"server"})", "", ""},
    {MatchState::starting, "seat_ready", R"({"seat":"server"})", "rcssserver is ready", ""},
    {MatchState::starting, "seat_started", R"({"seat":"right_0"})", "team_right_0 container created", ""},
    {MatchState::starting, "seat_started", R"({"seat":"left_10"})", "team_left_10 container created", ""},
    {MatchState::starting, "started", "{}", "started", "started"},
    {MatchState::collecting, "collected", "{}", "finished", "finished"},
    {MatchState::preparing, "fail", R"({"reason":"docker: seat right_0: no such image"})",
     "Failed to pull right team image", "failed: docker: seat right_0: no such image"},
    {MatchState::preparing, "fail", R"({"reason":"docker: seat left_0: x"})", "Failed to pull left team image",
     "failed: docker: seat left_0: x"},
    {MatchState::preparing, "fail", R"({"reason":"docker: seat server: x; no attempt is left"})",
     "Failed to pull rcssserver image", "failed: docker: seat server: x; no attempt is left"},
    {MatchState::starting, "fail", R"({"reason":"docker: seat server: x"})", "Failed to run rcssserver ",
     "failed: docker: seat server: x"},
    {MatchState::starting, "fail", R"({"reason":"docker: seat right_3: x"})", "Failed to connect right team",
     "failed: docker: seat right_3: x"},
    {MatchState::starting, "fail", R"({"reason":"docker: seat left_3: x"})", "Failed to connect left team",
     "failed: docker: seat left_3: x"},
    {MatchState::collecting, "fail",
     R"({"reason":"server: not_ready","seats":[{"name":"server","verdict":"not_ready"},{"name":"right_0","verdict":"not_started"}]})",
     "Failed to run rcssserver ", "failed: server: not_ready"},
    {MatchState::starting, "fail", R"({"reason":"the engine is away"})", "Unexpected error: the engine is away",
     "failed: the engine is away"},
    {MatchState::collecting, "fail",
     R"({"reason":"seat server: crashed","seats":[{"name":"server","verdict":"crashed"}]})",
     "Unexpected error: seat server: crashed", "failed: seat server: crashed"},
    {MatchState::running, "stop", R"({"reason":"enough"})", "stopped (killed): enough", "stopped (killed): enough"},
};

std::string message_of(const OlderCase& row, bool older) {
  Match match;
  match.state = row.state;
  match.asker = {"asker", "c-1", older};
  const Json reply = Json::parse(with_reply(row.body, match, row.type))["reply"];
  CHECK(reply["correlation_id"] == "c-1");
  CHECK(reply.contains("state"));
  CHECK_FALSE(reply.contains("older"));
  return reply.value("message", "");
}

}  // namespace

TEST_CASE("who asks by an older message reads the older texts, others do not") {
  for (const OlderCase& row : older_cases) {
    INFO(row.type << " " << row.body);
    CHECK(message_of(row, true) == row.text);
    CHECK(message_of(row, false) == row.else_text);
  }
}

TEST_CASE("only run_match and start_match are older messages") {
  const std::string match = R"({"match_id":"m7","team_right":{"_type":"docker","image_name":"r","team_name":"R"},
      "team_left":{"_type":"docker","image_name":"l","team_name":"L"},"rcssserver":{"_type":"docker","image_name":"s"}})";
  for (const std::string word : {"run_match", "start_match"})
    CHECK(std::get<RunCommand>(parse_command_body(R"({"command":")" + word + R"(","data":)" + match + "}").value())
              .older);
  CHECK_FALSE(
      std::get<RunCommand>(parse_command_body(R"({"command":"run","data":{"id":"m7","game":"chess"}})").value()).older);
}
