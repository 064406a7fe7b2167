// SPDX-License-Identifier: Apache-2.0
#include "codec/run_match.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "codec/run_match_targets.hpp"

namespace matchrunner {
namespace {

using codec::Json;

constexpr std::string_view needed[] = {
    "match_id",
    "team_right",
    "team_right._type",
    "team_right.image_name",
    "team_right.team_name",
    "team_left",
    "team_left._type",
    "team_left.image_name",
    "team_left.team_name",
    "rcssserver",
    "rcssserver._type",
    "rcssserver.image_name",
};

constexpr int players_a_team = 11;
constexpr std::string_view ready_text = "Using simulator's random seed as Hetero Player Seed:";
constexpr int ready_within_seconds = 300;
constexpr int seconds_apart = 1;
// The older runner waited so long, and its containers had no limits at all.
constexpr int longest_match_seconds = 5000;
constexpr std::uint64_t memory_bytes = std::uint64_t{2} << 30;

// The path up to the first part that is not there; empty: all of it is.
std::string first_missing(const Json& data, std::string_view path) {
  const Json* at = &data;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    if (!at->is_object()) return std::string(path.substr(0, end));
    const auto found = at->find(path.substr(begin, end - begin));
    if (found == at->end() || found->is_null()) return std::string(path.substr(0, end));
    at = &*found;
    begin = end + 1;
  }
  return {};
}

class Translation {
 public:
  explicit Translation(std::vector<InputFault>& faults) : faults_(faults) {}

  // A seat of the containers that `data` describes.
  Json seat(const Json& data, const std::string& field, std::string_view name, std::string_view role) {
    Json made = {{"name", name}, {"role", role}, {"image", image(data, field)}};
    if (const auto type = data.find("_type"); *type != "docker") fault(field + "._type", "\"docker\"", *type);
    if (const auto own = data.find("_config"); own != data.end() && *own != "default" && !own->empty())
      faults_.push_back(
          {field + "._config", "nothing: the engine and its login are the operator's", codec::found_kind(*own)});
    if (Json cores = cores_of(data, field); !cores.is_null()) made["cores"] = std::move(cores);
    if (const auto limits = data.find("limits"); limits != data.end() && !limits->is_null()) made["limits"] = *limits;
    return made;
  }

  // The team as its coach has it: in the team's image, or in one of its own; nothing: it has none.
  std::optional<Json> coach(const Json& team, const std::string& field) {
    const auto coach = team.find("coach");
    if (coach == team.end() || coach->is_null() || *coach == false) return std::nullopt;
    if (*coach == true) return team;
    if (!coach->is_object() || !coach->contains("image_name")) {
      fault(field + ".coach", "true, or an object with image_name", *coach);
      return std::nullopt;
    }
    Json own = team;
    own["image_name"] = (*coach)["image_name"];
    own["tag"] = coach->value("tag", Json());
    return own;
  }

  std::string text(const Json& json, const std::string& field) {
    if (json.is_string()) return json.get<std::string>();
    fault(field, "a text", json);
    return {};
  }

 private:
  void fault(const std::string& path, std::string expected, const Json& found) {
    faults_.push_back({path, std::move(expected), codec::found_text(found)});
  }

  std::string image(const Json& data, const std::string& field) {
    std::string name = text(data["image_name"], field + ".image_name");
    const auto tag = data.find("tag");
    if (tag == data.end() || tag->is_null()) return name;
    const std::string word = text(*tag, field + ".tag");
    return word.empty() ? name : name + ":" + word;
  }

  // {"config": {"core_start": n, "core_end": m}}, both ends included.
  Json cores_of(const Json& data, const std::string& field) {
    const auto config = data.find("config");
    if (config == data.end() || config->is_null()) return nullptr;
    if (!config->is_object()) {
      fault(field + ".config", "an object", *config);
      return nullptr;
    }
    const auto first = config->find("core_start");
    const auto last = config->find("core_end");
    if (first == config->end() && last == config->end()) return nullptr;
    const auto is_core = [&](const auto& core) {
      return core != config->end() && core->is_number_unsigned() && *core <= 4095;
    };
    if (is_core(first) && is_core(last) && *first <= *last) return Json::array({*first, *last});
    fault(field + ".config", "core_start and core_end, whole numbers from 0 to 4095 in this order", *config);
    return nullptr;
  }

  std::vector<InputFault>& faults_;
};

}  // namespace

std::vector<std::string> missing_in_run_match(const Json& data) {
  std::vector<std::string> missing;
  for (const std::string_view path : needed)
    if (std::string first = first_missing(data, path);
        !first.empty() && std::find(missing.begin(), missing.end(), first) == missing.end())
      missing.push_back(std::move(first));
  return missing;
}

Json match_file_of_run_match(const Json& data, std::vector<InputFault>& faults) {
  Translation translation(faults);
  const Json& right = data["team_right"];
  const Json& left = data["team_left"];

  Json server = translation.seat(data["rcssserver"], "rcssserver", "server", "server");
  server["ready"] = {{"log", ready_text}, {"within_seconds", ready_within_seconds}};
  Json seats = Json::array({std::move(server)});
  Json after = Json::array({"server"});
  const auto add = [&](const Json& given, const std::string& field, const std::string& name) -> Json& {
    Json seat = translation.seat(given, field, name, "player");
    seat["after"] = after;
    seat["delay_seconds"] = seconds_apart;
    seat["addresses"] = {{"ip", "server"}};
    after.push_back(name);
    return seats.emplace_back(std::move(seat));
  };
  const auto add_team = [&](const Json& given, const std::string& field, const std::string& name) {
    Json& players = add(given, field, name);
    players["count"] = players_a_team;
    players["index_variable"] = "num";
    if (const auto coach = translation.coach(given, field))
      add(*coach, field + ".coach", name + "_coach")["environment"] = {{"num", "coach"}};
  };
  add_team(right, "team_right", "right");
  add_team(left, "team_left", "left");
  Json game = {{"name", "rcss"}, {"wiring", "network"}, {"seats", std::move(seats)}};
  game["deadline_seconds"] = longest_match_seconds;
  game["limits"] = {{"cpu_seconds", longest_match_seconds}, {"memory_bytes", memory_bytes}};
  if (const auto settings = data["rcssserver"].find("rcssserver_config");
      settings != data["rcssserver"].end() && !settings->is_null())
    game["settings"] = *settings;

  Json match = {{"id", data["match_id"]}, {"game", std::move(game)}};
  match["labels"] = {{"team_right", translation.text(right["team_name"], "team_right.team_name")},
                     {"team_left", translation.text(left["team_name"], "team_left.team_name")}};
  add_targets(data, match, faults);
  return match;
}

}  // namespace matchrunner
