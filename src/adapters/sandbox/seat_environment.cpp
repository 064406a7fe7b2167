// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/seat_environment.hpp"

#include <map>

#include "adapters/sandbox/messages.hpp"
#include "adapters/sandbox/spool_layout.hpp"
#include "adapters/sandbox/view_table.hpp"

namespace matchrunner::sandbox {
namespace {

// Names of seats have the form of ids, so nothing needs to be escaped.
std::string seats_as_json(const Game& game) {
  std::string text;
  int player = 0;
  for (const Seat& seat : game.seats) {
    if (seat.role != SeatRole::player) continue;
    text += text.empty() ? "[" : ", ";
    text += "{\"name\": \"" + seat.name +
            "\", \"role\": \"player\", \"read_fd\": " + std::to_string(read_fd_of_player(player)) +
            ", \"write_fd\": " + std::to_string(write_fd_of_player(player)) + "}";
    ++player;
  }
  return (text.empty() ? "[" : text) + "]";
}

}  // namespace

std::vector<std::string> seat_environment(const MatchPlan& plan, const Seat& seat, const SeatView& view) {
  std::map<std::string, std::string> all = {
      {"PATH", std::string(default_path)}, {"HOME", view.home()}, {"TMPDIR", view.place("tmp")}, {"LANG", "C.UTF-8"}};
  for (const auto& [name, value] : seat.environment) all[name] = value;
  all["MATCHRUNNER_MATCH"] = plan.match_id;
  all["MATCHRUNNER_SEAT"] = seat.name;
  if (seat.role != SeatRole::player) {
    all["MATCHRUNNER_RESULT"] = view.place("result") + "/" + result_file;
    all["MATCHRUNNER_OUTPUT"] = view.place("output");
    all["MATCHRUNNER_SETTINGS"] = plan.game.settings;
    all["MATCHRUNNER_EVENTS"] = std::to_string(events_fd);
    if (plan.game.wiring == Wiring::stdio) all["MATCHRUNNER_SEATS"] = seats_as_json(plan.game);
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : all) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace matchrunner::sandbox
