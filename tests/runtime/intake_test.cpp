// SPDX-License-Identifier: Apache-2.0
// Commands from outside: each has one effect and an answer.
#include <algorithm>

#include "catch.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

Event answer_to(EventStream& events, const std::string& correlation) {
  while (auto event = events.next(patience()).value())
    if (event->kind == "command" && event->body.find("\"" + correlation + "\"") != std::string::npos) return *event;
  throw std::runtime_error("no answer to " + correlation);
}

}  // namespace

TEST_CASE("commands run, stop and tell of matches, and what cannot be meant is rejected") {
  const Ground ground;
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  const auto send = [&](const std::string& correlation, const std::string& body) {
    source->send({correlation, body, "asker", correlation});
    return answer_to(*events, correlation).body;
  };

  CHECK(send("c1", R"({"command": "ping"})").find("Pong") != std::string::npos);
  const std::string run =
      R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats":
      [{"name": "program", "custom": {}, "arguments": ["hang"]}]}}})";
  CHECK(send("c2", run).find("m1") != std::string::npos);
  until(*runner, "m1", MatchState::running);
  CHECK(send("c3", run).find("m1 is") != std::string::npos);  // delivered twice: one match
  CHECK(send("c4", R"({"command": "status", "data": {"match_id": "m1"}})").find("running") != std::string::npos);
  CHECK(send("c5", R"({"command": "stop", "data": {"match_id": "m1"}})").find("stopped") != std::string::npos);
  CHECK(runner->wait_match("m1", patience()).value().state == MatchState::stopped);
  CHECK(send("c6", R"({"command": "stop", "data": {"match_id": "m9"}})").find("error") != std::string::npos);
  CHECK(source->rejected().empty());

  for (const std::string bad : {"not json", "[]", R"({"command": "dance"})", R"({"command": "run", "data": {}})"}) {
    const std::size_t before = source->rejected().size();
    source->send({"bad", bad, "asker", "bad" + std::to_string(before)});
    const std::string answer = answer_to(*events, "bad" + std::to_string(before)).body;
    CHECK(answer.find("error") != std::string::npos);
  }
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(source->rejected().size() == 4);
}
