// SPDX-License-Identifier: Apache-2.0
#include "codec/checker.hpp"
#include "codec/record_table.hpp"
#include "codec/values.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner {

using codec::Defaults;
using codec::Json;

namespace {

Json json_of(const std::optional<Time>& time) { return time ? Json(to_string(*time)) : Json(nullptr); }

}  // namespace

std::string to_json(const MatchRequest& request) {
  return codec::to_sorted_text(codec::write_struct(request, Defaults::left_out));
}

std::string to_json(const Game& game) { return codec::to_sorted_text(codec::write_struct(game, Defaults::left_out)); }

std::string to_json(const Match& match) {
  Json json = Json::object();
  json["id"] = match.id;
  json["state"] = to_string(match.state);
  json["outcome"] = match.outcome ? codec::write_struct(*match.outcome, Defaults::written) : Json(nullptr);
  json["artifacts"] = codec::write(match.artifacts, codec::artifacts_shape, Defaults::written);
  json["stored_at"] = json_of(match.stored_at);
  json["store_error"] = match.store_error;
  json["game"] = match.game.name;
  json["wiring"] = to_string(match.game.wiring);
  json["seats"] = Json::array();
  for (const Seat& seat : match.game.seats) {
    const auto role = seat.role ? Json(to_string(*seat.role)) : Json(nullptr);
    json["seats"].push_back({{"name", seat.name}, {"role", role}});
  }
  json["priority"] = match.request.priority;
  json["labels"] = match.request.labels;
  json["attempt"] = match.attempt;
  json["times"] = Json::object();
  for (const StateTime& time : match.times) json["times"][std::string(to_string(time.state))] = to_string(time.at);
  json["stop_request"] = match.stop_request ? Json(*match.stop_request) : Json(nullptr);
  json["isolation"] = match.isolation ? codec::write_struct(*match.isolation, Defaults::written) : Json(nullptr);
  json["endpoints"] = codec::write(match.endpoints, codec::endpoints_shape, Defaults::written);
  json["holder"] = match.holder;
  json["epoch"] = match.epoch;
  json["version"] = match.version;
  json["unique_id"] = match.unique_id;
  json["request_sha256"] = match.request_sha256;
  return codec::to_text(json);
}

std::string to_json(const Event& event) {
  Json json = Json::object();
  json["sequence"] = event.sequence;
  json["at"] = to_string(event.at);
  json["kind"] = event.kind;
  json["subject"] = event.subject;
  json["epoch"] = event.epoch;
  json["type"] = event.type;
  if (codec::is_line_of_json(event.body)) {  // shown as it stands: neither read into a value nor written again
    std::string text = codec::to_text(json);
    text.pop_back();
    text.reserve(text.size() + event.body.size() + 10);
    return text.append(",\"body\":").append(event.body).append("}");
  }
  json["body"] = codec::embedded(event.body);
  return codec::to_text(json);
}

std::string to_json(const Diagnosis& diagnosis) {
  Json json = codec::write_struct(diagnosis.isolation, Defaults::written);
  json["refusal"] = diagnosis.refusal;
  json["findings"] = Json::array();
  for (const Finding& one : diagnosis.findings)
    json["findings"].push_back(
        {{"name", one.name}, {"found", one.found}, {"value", one.value}, {"cost", one.cost}, {"remedy", one.remedy}});
  return codec::to_text(json);
}

std::string to_json(const Image& image) {
  return codec::to_text({{"name", image.name}, {"id", image.id}, {"digest", image.digest}});
}

std::string to_json(const OutboxStatus& status) {
  Json json = Json::object();
  json["sink"] = status.sink;
  json["published"] = status.published;
  json["waiting"] = status.waiting;
  json["last_error"] = status.last_error;
  json["failures"] = status.failures;
  json["failing_since"] = json_of(status.failing_since);
  json["next_attempt_at"] = json_of(status.next_attempt_at);
  return codec::to_text(json);
}

std::string to_json(const WaitingArtifacts& waiting) {
  Json json = Json::object();
  json["match"] = waiting.match;
  json["waiting"] = waiting.waiting;
  json["last_error"] = waiting.last_error;
  json["host"] = waiting.host;
  json["since"] = json_of(waiting.since);
  json["next_attempt_at"] = json_of(waiting.next_attempt_at);
  return codec::to_text(json);
}

std::string to_json(const PartHealth& part) {
  Json json = Json::object();
  json["name"] = part.name;
  json["done"] = part.done;
  json["refused"] = part.refused;
  json["failures"] = part.failures;
  json["recoveries"] = part.recoveries;
  json["last_error"] = part.last_error;
  json["failing_since"] = json_of(part.failing_since);
  return codec::to_text(json);
}

std::string to_json(const RunnerHealth& health) {
  Json json = Json::object();
  json["name"] = health.name;
  json["taking"] = health.taking;
  json["workers"] = health.workers;
  json["silent_seconds"] = std::chrono::duration<double>(health.silent).count();
  json["parts"] = Json::array();
  for (const PartHealth& part : health.parts) json["parts"].push_back(codec::embedded(to_json(part)));
  return codec::to_text(json);
}

}  // namespace matchrunner
