// SPDX-License-Identifier: Apache-2.0
// Before it is sealed: {"seats": {SEAT: {VARIABLE: value}}}.
#include "codec/sealed_secrets.hpp"

#include <nlohmann/json.hpp>

#include "codec/json_text.hpp"

namespace matchrunner {
namespace {

using codec::Json;

// With another match's secrets nothing can be done: not even that of the same id in another store.
std::string sealed_for(const Match& match) { return "match " + match.id + " " + match.unique_id; }

}  // namespace

void seal_secrets(Match& match, const SecretKeys& keys) {
  if (!keys.present()) return;
  Json seats = Json::object();
  for (Seat& seat : match.request.seats)
    for (auto& [name, value] : seat.secrets) {
      seats[seat.name][name] = value;
      value.clear();
    }
  if (!seats.empty()) match.sealed = keys.seal(codec::to_text({{"seats", std::move(seats)}}), sealed_for(match));
}

Result<MatchRequest> request_with_secrets(const Match& match, const SecretKeys& keys) {
  MatchRequest request = match.request;
  if (match.sealed.empty()) return request;
  const auto text = keys.open(match.sealed, sealed_for(match));
  if (!text) return text.error();
  const Json secrets = codec::embedded(*text);
  const Json seats = secrets.is_object() ? secrets.value("seats", Json::object()) : Json::object();
  for (Seat& seat : request.seats)
    for (auto& [name, value] : seat.secrets)
      if (const auto of_seat = seats.find(seat.name); of_seat != seats.end() && of_seat->is_object())
        value = of_seat->value(name, std::string());
  return request;
}

}  // namespace matchrunner
