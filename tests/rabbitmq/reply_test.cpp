// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/reply.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"

using namespace matchrunner;
using namespace matchrunner::rabbitmq;

namespace {

Event with_body(const std::string& kind, const std::string& body) {
  Event event;
  event.kind = kind;
  event.subject = "m1";
  event.type = kind == "command" ? "reply" : "started";
  event.sequence = 4;
  event.body = body;
  return event;
}

}  // namespace

TEST_CASE("events for nobody have no reply") {
  for (const std::string body :
       {"{}", "not JSON", "[\"reply_to\"]", R"({"reply_to": 7})", R"({"reply_to": ""})", R"("reply_to")"})
    CHECK_FALSE(reply_of(with_body("command", body)));
  CHECK_FALSE(reply_of(with_body("match", R"({"reply_to": "q"})")));
  CHECK_FALSE(reply_of(with_body("match", R"({"reply": "reply_to", "reply_to": "q"})")));
  CHECK_FALSE(reply_of(with_body("command", R"({"reply_to": ")" + std::string(256, 'q') + "\"}")));
}

TEST_CASE("what the asker is told of a match") {
  const auto reply = reply_of(
      with_body("match", R"({"a": 1, "reply": {"reply_to": "q", "correlation_id": "c", "message": "started"}})"));
  REQUIRE(reply);
  CHECK(reply->exchange.empty());
  CHECK(reply->routing_key == "q");
  CHECK(reply->correlation_id == "c");
  CHECK(reply->message_id == "4");
  CHECK(reply->mandatory);
  CHECK(nlohmann::json::parse(reply->body) == nlohmann::json::parse(R"({"message": "started", "type": "started",
    "match_id": "m1", "sequence": 4, "correlation_id": "c", "body": {"a": 1}})"));
}
