// SPDX-License-Identifier: Apache-2.0
// Before it is sealed: {"seats": {SEAT: {VARIABLE: value}}, "storage": {PATTERN: URL}, "streams": {PATTERN: URL}}; what
// has none is left out.
#include "codec/sealed_secrets.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "codec/json_text.hpp"

namespace matchrunner {
namespace {

using codec::Json;
using codec::object_in;

// With another match's secrets nothing can be done: not even that of the same id in another store.
std::string sealed_for(const Match& match) { return "match " + match.id + " " + match.unique_id; }

using Texts = std::map<std::string, std::string>;

Json take_urls(Texts& urls, const std::function<std::string(const std::string&)>& bare) {
  Json taken = Json::object();
  for (auto& [pattern, url] : urls) {
    std::string shown = bare(url);
    if (shown == url) continue;
    taken[pattern] = std::exchange(url, std::move(shown));
  }
  return taken;
}

void put_texts(const Json* from, Texts& to) {
  if (from == nullptr) return;
  for (auto& [name, value] : to)
    if (const auto found = from->find(name); found != from->end() && found->is_string())
      value = found->get<std::string>();
}

}  // namespace

void seal_secrets(Match& match, const SecretKeys& keys, const std::function<std::string(const std::string&)>& bare) {
  if (!keys.present()) return;
  Json secrets = Json::object();
  for (Seat& seat : match.request.seats)
    for (auto& [name, value] : seat.secrets) secrets["seats"][seat.name][name] = std::exchange(value, {});
  if (Json urls = take_urls(match.request.storage, bare); !urls.empty()) secrets["storage"] = std::move(urls);
  if (Json urls = take_urls(match.request.streams, bare); !urls.empty()) secrets["streams"] = std::move(urls);
  if (!secrets.empty()) match.sealed = keys.seal(codec::to_text(secrets), sealed_for(match));
}

Result<MatchRequest> request_with_secrets(const Match& match, const SecretKeys& keys) {
  MatchRequest request = match.request;
  if (match.sealed.empty()) return request;
  const auto text = keys.open(match.sealed, sealed_for(match));
  if (!text) return text.error();
  const Json secrets = codec::embedded(*text);
  const Json* const seats = object_in(secrets, "seats");
  for (Seat& seat : request.seats)
    if (seats != nullptr) put_texts(object_in(*seats, seat.name.c_str()), seat.secrets);
  put_texts(object_in(secrets, "storage"), request.storage);
  put_texts(object_in(secrets, "streams"), request.streams);
  return request;
}

}  // namespace matchrunner
