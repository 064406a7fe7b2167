// SPDX-License-Identifier: Apache-2.0
#include "codec/event_body.hpp"

#include <algorithm>

#include "codec/older_replies.hpp"
#include "codec/record_table.hpp"
#include "codec/values.hpp"
#include "domain/seat_outcome.hpp"

namespace matchrunner {

using codec::Defaults;
using codec::Json;

std::string text_body(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  Json body = Json::object();
  for (const auto& [name, text] : fields)
    if (!text.empty()) body[std::string(name)] = text;
  return codec::to_text(body);
}

std::string claim_body(const std::string& holder, std::uint32_t attempt) {
  return codec::to_text({{"holder", holder}, {"attempt", attempt}});
}

std::string preparing_body(const PrepareProgress& progress) {
  return codec::to_text({{"seat", progress.seat},
                         {"what", progress.what},
                         {"step", progress.step},
                         {"bytes", progress.bytes},
                         {"total_bytes", progress.total_bytes}});
}

std::string started_body(std::span<const SeatEndpoint> endpoints, const Isolation& isolation) {
  Json body = Json::object();
  body["endpoints"] = Json::array();
  for (const SeatEndpoint& endpoint : endpoints)
    body["endpoints"].push_back(codec::write_struct(endpoint, Defaults::written));
  body["isolation"] = codec::write_struct(isolation, Defaults::written);
  return codec::to_text(body);
}

std::string dropped_body(std::uint64_t lines) { return codec::to_text({{"lines", lines}}); }

std::string seat_ended_body(const SeatReport& seat) {
  Json body = codec::write_struct(seat_outcome(seat), Defaults::written);
  for (const char* const name : {"score", "fault"}) body.erase(name);  // not known before the match ends
  return codec::to_text(body);
}

std::string outcome_body(const Outcome& outcome, const std::string& runner) {
  Json body = codec::write_struct(outcome, Defaults::written);
  if (!runner.empty()) body["runner"] = runner;
  return codec::to_text(body);
}

std::string artifacts_body(std::span<const Artifact> artifacts) {
  Json body = Json::object();
  body["artifacts"] = Json::array();
  for (const Artifact& artifact : artifacts)
    body["artifacts"].push_back(codec::write_struct(artifact, Defaults::written));
  return codec::to_text(body);
}

std::string streams_body(std::span<const StreamOutcome> streams) {
  Json body = Json::object();
  body["streams"] = Json::array();
  for (const StreamOutcome& stream : streams) {
    Json one = {{"name", stream.name}, {"to", stream.to}, {"bytes", stream.bytes}, {"dropped", stream.dropped}};
    if (!stream.error.empty()) one["error"] = stream.error;
    body["streams"].push_back(std::move(one));
  }
  return codec::to_text(body);
}

namespace {

// What people and older clients read of an event; they wait for "finished", "killed" or "failed".
struct Told {
  std::string_view type;
  std::string_view message;
  std::string_view field = {};  // of the body, whose text follows
};
constexpr Told told[] = {
    {"submit", "queued"},
    {"claim", "fetching_images"},
    {"prepared", "starting"},
    {"started", "started"},
    {"adopted", "goes on"},
    {"ended", "ended"},
    {"collected", "finished"},
    {"stored", "stored"},
    {"store_failed", "not stored: ", "error"},
    {"streamed", "streamed"},
    {"stream_dropped", "not all was streamed"},
    {"fail", "failed: ", "reason"},
    {"stop_requested", "stopping: ", "reason"},
    {"stop", "stopped (killed): ", "reason"},
    {"lapse", "interrupted: ", "reason"},
    {"return", "returned: ", "reason"},
    {"progress", "", "text"},
};

std::string text_of(const Json& body, std::string_view field) {
  const auto found = body.find(field);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "uploaded to S3" is what an older client waits for.
bool is_in_s3(const Json& body) {
  const auto artifacts = body.find("artifacts");
  if (artifacts == body.end() || !artifacts->is_array()) return false;
  return std::any_of(artifacts->begin(), artifacts->end(),
                     [](const Json& artifact) { return text_of(artifact, "uri").starts_with("s3://"); });
}

// Events are made before or after the step that they tell of; no event is legal in the state that it leads to, or it
// leads there again.
MatchState state_after(const Match& match, std::string_view type) {
  const auto event = value_of(match_events, type);
  return event ? next_state(match.state, *event).value_or(match.state) : match.state;
}

}  // namespace

std::string with_reply(std::string body, const Match& match, std::string_view type) {
  if (match.asker.reply_to.empty()) return body;
  Json json = codec::embedded(body);
  if (!json.is_object()) return body;
  Json reply = codec::write_struct(match.asker, Defaults::left_out);
  reply.erase("older");
  reply.erase("origin");
  reply["state"] = to_string(state_after(match, type));
  for (const Told& row : told) {
    if (row.type != type) continue;
    std::string message = std::string(row.message) + text_of(json, row.field);
    if (type == "stored" && is_in_s3(json)) message = "uploaded to S3";
    if (!message.empty()) reply["message"] = std::move(message);
  }
  if (match.asker.older)
    if (auto text = older_reply(match, type, json)) reply["message"] = *std::move(text);
  json["reply"] = std::move(reply);
  return codec::to_text(json);
}

std::string scores_text(const Outcome& outcome) {
  Json scores = Json::object();
  for (const SeatOutcome& seat : outcome.seats)
    if (seat.score) scores[seat.name] = *seat.score;
  return scores.empty() ? std::string() : codec::to_text(scores);
}

std::string scores_text(const Event& event) {
  const Json body = codec::embedded(event.body);
  const auto scores = body.is_object() ? body.find("scores") : body.end();
  return body.is_object() && scores != body.end() && scores->is_object() ? codec::to_text(*scores) : std::string();
}

std::string answer_body(const ReplyTarget& target, const std::string& runner, const Answer& answer) {
  Json body = codec::write_struct(target, Defaults::left_out);
  body["runner"] = runner;
  const auto put = [&](const char* name, const std::string& text) {
    if (!text.empty()) body[name] = text;
  };
  put("message", answer.message);
  put("error", answer.error);
  put("match_id", answer.match);
  put("state", answer.state);
  if (!answer.missing.empty()) body["missing"] = answer.missing;
  if (!answer.scores.empty()) body["scores"] = codec::embedded(answer.scores);
  return codec::to_text(body);
}

}  // namespace matchrunner
