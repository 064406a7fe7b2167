// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/reply.hpp"

#include <nlohmann/json.hpp>

namespace matchrunner::rabbitmq {
namespace {

using Json = nlohmann::json;

// Takes the text out of the object.
std::string take_text(Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  auto text = found->get<std::string>();
  object.erase(found);
  return text;
}

}  // namespace

std::optional<Message> reply_of(const Event& event) {
  // Most have none, and need not be parsed to see that.
  if (event.body.find("\"reply_to\"") == event.body.npos) return std::nullopt;
  Json body = Json::parse(event.body, nullptr, false);
  if (!body.is_object()) return std::nullopt;
  Json reply = body;
  if (event.kind != "command") {  // the event itself, and beside it what the asker is told
    const auto told = body.find("reply");
    if (told == body.end() || !told->is_object()) return std::nullopt;
    reply = *told;
    body.erase(told);
    reply["match_id"] = event.subject;
    reply["type"] = event.type;
    reply["body"] = std::move(body);
  }
  Message message;
  message.routing_key = take_text(reply, "reply_to");
  message.correlation_id = take_text(reply, "correlation_id");
  if (message.routing_key.empty() || message.routing_key.size() > 255) return std::nullopt;
  if (!message.correlation_id.empty()) reply["correlation_id"] = message.correlation_id;
  if (message.correlation_id.size() > 255) message.correlation_id.clear();
  if (!reply.contains("type")) reply["type"] = event.type;
  reply["sequence"] = event.sequence;
  message.body = reply.dump(-1, ' ', false, Json::error_handler_t::replace);
  message.message_id = std::to_string(event.sequence);
  message.mandatory = true;
  return message;
}

}  // namespace matchrunner::rabbitmq
