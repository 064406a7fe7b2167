// SPDX-License-Identifier: Apache-2.0
#include "codec/event_body.hpp"

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

std::string outcome_body(const Outcome& outcome) {
  return codec::to_text(codec::write_struct(outcome, Defaults::written));
}

std::string artifacts_body(std::span<const Artifact> artifacts) {
  Json body = Json::object();
  body["artifacts"] = Json::array();
  for (const Artifact& artifact : artifacts)
    body["artifacts"].push_back(codec::write_struct(artifact, Defaults::written));
  return codec::to_text(body);
}

}  // namespace matchrunner
