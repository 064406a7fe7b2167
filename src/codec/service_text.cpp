// SPDX-License-Identifier: Apache-2.0
#include "codec/service_text.hpp"

#include "codec/record_table.hpp"
#include "codec/values.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner {
namespace {

using codec::Json;

std::string text_in(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json live_json(const LiveMatch& match) {
  return {{"id", match.id},
          {"game", match.game},
          {"state", to_string(match.state)},
          {"queued_at", to_string(match.queued_at)},
          {"since", to_string(match.since)},
          {"holder", match.holder}};
}

Json ended_json(const EndedMatch& match) {
  return {{"id", match.id},
          {"game", match.game},
          {"state", to_string(match.state)},
          {"at", to_string(match.at)},
          {"fault", to_string(match.fault)},
          {"summary", match.summary}};
}

template <class Row, class Write>
Json list_json(const std::vector<Row>& rows, Write write) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(write(row));
  return list;
}

}  // namespace

EventFacts event_facts(const Event& event) {
  EventFacts facts;
  Json body;
  if (!codec::read_text(event.body, body, codec::stored_bounds).empty() || !body.is_object()) return facts;
  facts.game = text_in(body, "game");
  facts.holder = text_in(body, "holder");
  facts.reason = text_in(body, "reason");
  facts.error = text_in(body, "error");
  facts.runner = text_in(body, "runner");
  facts.message = text_in(body, "message");
  facts.match = text_in(body, "match_id");
  facts.correlation = text_in(body, "correlation_id");
  if (body.contains("result") && body.contains("fault"))
    codec::read(body, codec::Outline<Outcome>::shape, facts.outcome.emplace());
  if (const auto artifacts = body.find("artifacts"); artifacts != body.end())
    codec::read(*artifacts, codec::artifacts_shape, facts.artifacts);
  return facts;
}

std::string to_json(const LogLine& line) {
  Json json{{"at", to_string(line.at)}, {"level", to_string(line.level)}, {"message", line.message}};
  if (!line.match.empty()) json["match"] = line.match;
  return codec::to_text(json);
}

std::string to_json(const ServiceStatus& status) {
  Json json = Json::object();
  json["name"] = status.name;
  json["version"] = status.version;
  json["at"] = to_string(status.at);
  json["started_at"] = to_string(status.started_at);
  json["ready"] = status.ready;
  json["not_ready"] = status.not_ready;
  json["draining"] = status.draining;
  json["pool"] = status.pool;
  json["slots"] = status.slots;
  json["slots_used"] = status.slots_used;
  json["workers"] = status.workers;
  json["workers_busy"] = status.workers_busy;
  json["matches"] = status.matches;
  json["running"] = list_json(status.running, live_json);
  json["queued"] = list_json(status.queued, live_json);
  json["ended"] = list_json(status.ended, ended_json);
  json["sinks"] = list_json(status.sinks, [](const OutboxStatus& sink) { return codec::embedded(to_json(sink)); });
  json["waiting_artifacts"] = status.waiting_artifacts;
  json["waiting_artifacts_error"] = status.waiting_artifacts_error;
  json["parts"] = list_json(status.parts, [](const PartHealth& part) { return codec::embedded(to_json(part)); });
  return codec::to_text(json);
}

}  // namespace matchrunner
