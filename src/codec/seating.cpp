// SPDX-License-Identifier: Apache-2.0
#include "codec/seating.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "base/nearest.hpp"
#include "codec/json_text.hpp"
#include "codec/match_file_table.hpp"
#include "codec/seat_copies.hpp"
#include "codec/seat_rules.hpp"

namespace matchrunner::codec {
namespace {

constexpr double default_deadline_seconds = 3600;
constexpr double default_grace_seconds = 2;
constexpr std::uint32_t default_attempts = 3;

bool says_how_to_start(const Seat& seat) { return seat.command || seat.image || seat.custom; }

// What the roles of a wiring are; one seat of those that decide, at least one player where there are players.
struct WiringRow {
  Wiring wiring;
  std::string_view roles;
  std::string_view deciding;
  bool (*allows)(SeatRole role);
};
constexpr WiringRow wiring_rows[] = {
    {Wiring::none, "program", "program", [](SeatRole role) { return role == SeatRole::program; }},
    {Wiring::stdio, "referee or player", "referee",
     [](SeatRole role) { return role == SeatRole::referee || role == SeatRole::player; }},
    {Wiring::network, "server, referee or player", "server or referee",
     [](SeatRole role) { return role != SeatRole::program; }},
};

const WiringRow& row_of(Wiring wiring) {
  return *std::find_if(std::begin(wiring_rows), std::end(wiring_rows),
                       [&](const WiringRow& row) { return row.wiring == wiring; });
}

template <class T>
void lay(const std::optional<T>& from, std::optional<T>& to) {
  if (from) to = from;
}

// Of two files with one path the request's stays.
void lay_files(const std::vector<SeatFile>& from, std::vector<SeatFile>& to) {
  for (const SeatFile& file : from) {
    const auto same =
        std::find_if(to.begin(), to.end(), [&](const SeatFile& other) { return other.path == file.path; });
    if (same == to.end())
      to.push_back(file);
    else
      *same = file;
  }
}

void lay_seat(const Seat& from, Seat& to) {
  if (says_how_to_start(from)) {  // another program: the arguments of the game's are not for it
    to.command = from.command;
    to.image = from.image;
    to.custom = from.custom;
    to.arguments = from.arguments;
  } else if (!from.arguments.empty()) {
    to.arguments = from.arguments;
  }
  lay(from.role, to.role);
  for (const auto& [name, value] : from.environment) to.environment[name] = value;
  lay(from.working_folder, to.working_folder);
  lay_files(from.files, to.files);
  for (const std::string& path : from.read_only)
    if (std::find(to.read_only.begin(), to.read_only.end(), path) == to.read_only.end()) to.read_only.push_back(path);
  to.network = to.network || from.network;
  to.limits = merged(from.limits, to.limits);
  lay(from.on_output_limit, to.on_output_limit);
  if (!from.cores.empty()) to.cores = from.cores;
  lay(from.count, to.count);
  lay(from.index_variable, to.index_variable);
  lay(from.ready, to.ready);
  if (!from.after.empty()) to.after = from.after;
  lay(from.delay_seconds, to.delay_seconds);
  for (const auto& [variable, name] : from.addresses) to.addresses[variable] = name;
}

std::string lay_settings(const std::string& from, const std::string& to) {
  Json over = embedded(from);
  Json under = embedded(to);
  if (!over.is_object() || !under.is_object()) return to;  // named as a fault of form
  for (const auto& [name, value] : over.get_ref<const Json::object_t&>()) under[name] = value;
  return to_sorted_text(under);
}

void fill_in(Game& game) {
  const Limits of_all = merged(game.limits, default_limits());
  for (Seat& seat : game.seats) {
    seat.role = role_of(seat, game.wiring);
    seat.limits = merged(seat.limits, of_all);
    seat.on_output_limit = seat.on_output_limit.value_or(OnOutputLimit::cut);
  }
  game.limits = of_all;
  game.deadline_seconds = game.deadline_seconds.value_or(default_deadline_seconds);
  game.grace_seconds = game.grace_seconds.value_or(default_grace_seconds);
  game.attempts = game.attempts.value_or(default_attempts);
}

void check_start(const Game& game, std::vector<InputFault>& faults) {
  for (std::size_t i = 0; i < game.seats.size(); ++i) {
    const Seat& seat = game.seats[i];
    if (!says_how_to_start(seat))
      faults.push_back(
          {seat_path("game", i),
           "command, image or custom for seat " + in_quotes(seat.name) + ", in the game or in the match's seats",
           "none"});
  }
}

using Variables = std::map<std::string, std::string>;

void check_secret_names(const Variables& secrets, const Variables& environment, const std::string& seat,
                        std::vector<InputFault>& faults) {
  for (const auto& [name, value] : secrets)
    if (environment.contains(name))
      faults.push_back({seat + ".secrets", "variables that environment does not have", in_quotes(name)});
}

void lay_seats(const std::vector<Seat>& from, Game& game, std::vector<InputFault>& faults) {
  std::vector<std::string_view> names;
  for (const Seat& seat : game.seats) names.push_back(seat.name);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto known = std::find(names.begin(), names.end(), from[i].name);
    if (known != names.end()) {
      Seat& seat = game.seats[static_cast<std::size_t>(known - names.begin())];
      lay_seat(from[i], seat);
      check_secret_names(from[i].secrets, seat.environment, seat_path("", i), faults);
    } else {
      faults.push_back({seat_path("", i) + ".name",
                        "a seat of the game, such as " + in_quotes(nearest_name(from[i].name, names)),
                        in_quotes(from[i].name)});
    }
  }
}

}  // namespace

std::vector<InputFault> check_secrets(const std::vector<Seat>& seats) {
  std::vector<InputFault> faults;
  for (std::size_t i = 0; i < seats.size(); ++i)
    check_secret_names(seats[i].secrets, seats[i].environment, seat_path("", i), faults);
  return faults;
}

namespace {

// The file that `place` lies below; empty: none.
std::string_view file_above(const std::set<std::string_view>& files, std::string_view place) {
  for (auto slash = place.find('/'); slash != place.npos; slash = place.find('/', slash + 1))
    if (files.count(place.substr(0, slash)) != 0) return place.substr(0, slash);
  return {};
}

// A `source` may be a folder, into which more is brought; `content` is a file, and no folder.
void check_files(const Seat& seat, const std::string& path, std::vector<InputFault>& faults) {
  std::set<std::string_view> files;
  for (const SeatFile& file : seat.files)
    if (file.content) files.insert(file.path);
  const auto check = [&](const std::string& field, const std::string& place) {
    if (const auto above = file_above(files, place); !above.empty())
      faults.push_back({path + field, "no path below the file " + in_quotes(above), in_quotes(place)});
  };
  for (std::size_t i = 0; i < seat.files.size(); ++i)
    check(".files[" + std::to_string(i) + "].path", seat.files[i].path);
  if (!seat.working_folder) return;
  check(".working_folder", *seat.working_folder);
  if (files.count(*seat.working_folder) != 0)
    faults.push_back({path + ".working_folder", "a folder", "the file " + in_quotes(*seat.working_folder)});
}

}  // namespace

std::vector<InputFault> check_seats(const Game& game, const std::string& path) {
  std::vector<InputFault> faults;
  const std::string seats = path + (path.empty() ? "" : ".") + "seats";
  const WiringRow& wiring = row_of(game.wiring);
  const std::string with = ", with wiring " + std::string(to_string(game.wiring));
  std::size_t deciding = 0;
  std::size_t players = 0;
  for (std::size_t i = 0; i < game.seats.size(); ++i) {
    const SeatRole role = role_of(game.seats[i], game.wiring);
    ++(role == SeatRole::player ? players : deciding);
    if (!wiring.allows(role))
      faults.push_back({seat_path(path, i) + ".role", std::string(wiring.roles) + with, in_quotes(to_string(role))});
    if (!game.seats[i].secrets.empty())
      faults.push_back({seat_path(path, i) + ".secrets",
                        "no secrets in a game, which is shown to everybody: they go into the seats of the match",
                        std::to_string(game.seats[i].secrets.size())});
  }
  const bool alone = game.wiring == Wiring::none;
  if (alone && game.seats.size() != 1) faults.push_back({seats, "one seat" + with, std::to_string(game.seats.size())});
  if (!alone && deciding != 1)
    faults.push_back({seats, "one seat with role " + std::string(wiring.deciding) + with, std::to_string(deciding)});
  if (!alone && players == 0) faults.push_back({seats, "at least one player" + with, "none"});
  for (InputFault& fault : check_order(game, path)) faults.push_back(std::move(fault));
  for (std::size_t i = 0; i < game.seats.size(); ++i) check_files(game.seats[i], seat_path(path, i), faults);
  return faults;
}

std::vector<InputFault> seat_match(Game& game, const MatchRequest& request) {
  std::vector<InputFault> faults;
  lay_seats(request.seats, game, faults);
  game.settings = lay_settings(request.settings, game.settings);
  if (game.settings.size() > max_settings_bytes)
    faults.push_back({"settings", "at most " + std::to_string(max_settings_bytes) + " bytes with those of the game",
                      std::to_string(game.settings.size())});
  for (InputFault& fault : check_seats(game, "game")) faults.push_back(std::move(fault));
  check_start(game, faults);
  if (faults.empty()) make_copies(game);
  fill_in(game);
  return faults;
}

}  // namespace matchrunner::codec
