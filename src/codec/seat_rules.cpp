// SPDX-License-Identifier: Apache-2.0
#include "codec/seat_rules.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/nearest.hpp"
#include "codec/json_text.hpp"
#include "codec/match_file_table.hpp"
#include "codec/seat_copies.hpp"

namespace matchrunner::codec {
namespace {

// Fields that say how a seat is started in a network.
struct NetworkRow {
  const char* field;
  bool (*is_there)(const Seat& seat);
};
constexpr NetworkRow network_rows[] = {
    {"ready", [](const Seat& seat) { return seat.ready.has_value(); }},
    {"after", [](const Seat& seat) { return !seat.after.empty(); }},
    {"delay_seconds", [](const Seat& seat) { return seat.delay_seconds.has_value(); }},
    {"addresses", [](const Seat& seat) { return !seat.addresses.empty(); }},
};

class OrderRules {
 public:
  OrderRules(const Game& game, const std::string& path) : game_(game), path_(path) {}

  std::vector<InputFault> check() {
    if (!note_names()) return std::move(faults_);
    for (std::size_t i = 0; i < game_.seats.size(); ++i) {
      check_copies(i);
      check_cores(i);
      check_fields(i);
      check_names(i);
      check_variables(i);
    }
    if (faults_.empty()) check_cycles();
    return std::move(faults_);
  }

 private:
  void fault(std::size_t seat, const std::string& field, std::string expected, std::string found) {
    faults_.push_back({seat_path(path_, seat) + "." + field, std::move(expected), std::move(found)});
  }

  // Of every seat and copy; false: they cannot be told apart, or are too many.
  bool note_names() {
    std::size_t all = 0;
    for (std::size_t i = 0; i < game_.seats.size(); ++i) {
      const Seat& seat = game_.seats[i];
      for (const std::string& name : played_names(seat)) {
        ++all;
        if (!seat_of_.emplace(name, i).second && seat_of_[name] != i)
          fault(i, "name", "names of its own for the seat and its copies", in_quotes(name) + " again");
      }
    }
    for (std::size_t i = 0; i < game_.seats.size(); ++i)
      if (game_.seats[i].count && !seat_of_.emplace(game_.seats[i].name, i).second)
        fault(i, "name", "names of its own for the seat and its copies", in_quotes(game_.seats[i].name) + " again");
    if (all > max_seats)
      faults_.push_back({path_ + (path_.empty() ? "" : ".") + "seats",
                         "at most " + std::to_string(max_seats) + " seats, copies counted", std::to_string(all)});
    return faults_.empty();
  }

  void check_copies(std::size_t at) {
    const Seat& seat = game_.seats[at];
    const SeatRole role = role_of(seat, game_.wiring);
    if (seat.count && role != SeatRole::player)
      fault(at, "count", "copies of a player, not of a " + std::string(to_string(role)), std::to_string(*seat.count));
    const double delay = seat.delay_seconds.value_or(0) * (seat.count.value_or(1) - 1);
    if (delay > grace_shape.maximum)
      fault(at, "delay_seconds", "at most an hour from the first copy to the last",
            std::to_string(std::llround(delay)) + " seconds");
    if (seat.index_variable && !seat.count)
      fault(at, "index_variable", "nothing without count", in_quotes(*seat.index_variable));
  }

  void check_cores(std::size_t at) {
    const auto& cores = game_.seats[at].cores;
    if (cores.size() == 2 && cores[0] > cores[1])
      fault(at, "cores", "first and last", std::to_string(cores[0]) + " and " + std::to_string(cores[1]));
  }

  void check_fields(std::size_t at) {
    const Seat& seat = game_.seats[at];
    for (const NetworkRow& row : network_rows)
      if (game_.wiring != Wiring::network && row.is_there(seat))
        fault(at, row.field, "nothing without wiring network", std::string(to_string(game_.wiring)));
    if (seat.ready && !seat.ready->log && !seat.ready->port && !seat.ready->health)
      fault(at, "ready.health", "true", "false");
  }

  void check_names(std::size_t at) {
    const Seat& seat = game_.seats[at];
    for (std::size_t i = 0; i < seat.after.size(); ++i)
      check_name(at, "after[" + std::to_string(i) + "]", seat.after[i]);
    for (const auto& [variable, name] : seat.addresses) {
      if (!check_name(at, "addresses." + variable, name)) continue;
      const Seat& other = game_.seats[seat_of_[name]];
      if (other.count && other.name == name)
        fault(at, "addresses." + variable, "one of its copies, such as " + in_quotes(played_names(other).front()),
              in_quotes(name));
    }
  }

  bool check_name(std::size_t at, const std::string& field, const std::string& name) {
    if (seat_of_.contains(name)) return true;
    std::vector<std::string_view> known;
    for (const auto& [other, index] : seat_of_) known.push_back(other);
    fault(at, field, "a seat of the game, such as " + in_quotes(nearest_name(name, known)), in_quotes(name));
    return false;
  }

  void check_variables(std::size_t at) {
    const Seat& seat = game_.seats[at];
    for (const auto& [variable, name] : seat.addresses)
      if (seat.environment.contains(variable) || seat.secrets.contains(variable) || seat.index_variable == variable)
        fault(at, "addresses", "variables that the seat does not have", in_quotes(variable));
    if (seat.index_variable &&
        (seat.environment.contains(*seat.index_variable) || seat.secrets.contains(*seat.index_variable)))
      fault(at, "index_variable", "a variable that the seat does not have", in_quotes(*seat.index_variable));
  }

  std::vector<std::size_t> before(std::size_t at) {
    std::vector<std::size_t> seats;
    for (const std::string& name : game_.seats[at].after) seats.push_back(seat_of_[name]);
    for (const auto& [variable, name] : game_.seats[at].addresses) seats.push_back(seat_of_[name]);
    return seats;
  }

  // Whoever waits for nobody that is left starts; who is left then waits for himself.
  void check_cycles() {
    std::vector<bool> starts(game_.seats.size());
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < starts.size(); ++i) {
        const auto waits_for = before(i);
        if (starts[i] || !std::all_of(waits_for.begin(), waits_for.end(), [&](std::size_t j) { return starts[j]; }))
          continue;
        starts[i] = more = true;
      }
    }
    const auto left = std::find(starts.begin(), starts.end(), false);
    if (left == starts.end()) return;
    const auto at = static_cast<std::size_t>(left - starts.begin());
    fault(at, game_.seats[at].after.empty() ? "addresses" : "after", "seats that do not wait for this one",
          in_quotes(game_.seats[before(at).front()].name));
  }

  const Game& game_;
  const std::string& path_;
  std::map<std::string, std::size_t> seat_of_;
  std::vector<InputFault> faults_;
};

}  // namespace

SeatRole role_of(const Seat& seat, Wiring wiring) {
  return seat.role.value_or(wiring == Wiring::none ? SeatRole::program : SeatRole::player);
}

std::string seat_path(const std::string& game_path, std::size_t index) {
  return game_path + (game_path.empty() ? "" : ".") + "seats[" + std::to_string(index) + "]";
}

std::vector<InputFault> check_order(const Game& game, const std::string& path) {
  return OrderRules(game, path).check();
}

}  // namespace matchrunner::codec
