// SPDX-License-Identifier: Apache-2.0
#include "codec/seat_copies.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace matchrunner::codec {
namespace {

Seat copy_of(const Seat& seat, std::uint32_t index, const std::string& name) {
  Seat copy = seat;
  copy.name = name;
  copy.count.reset();
  copy.index_variable.reset();
  if (seat.index_variable) copy.environment[*seat.index_variable] = std::to_string(index);
  if (seat.delay_seconds) copy.delay_seconds = *seat.delay_seconds * index;
  return copy;
}

}  // namespace

std::vector<std::string> played_names(const Seat& seat) {
  if (!seat.count) return {seat.name};
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < *seat.count; ++i) names.push_back(seat.name + "_" + std::to_string(i));
  return names;
}

void make_copies(Game& game) {
  std::map<std::string, std::vector<std::string>> copies;
  std::vector<Seat> seats;
  for (const Seat& seat : game.seats) {
    const auto names = played_names(seat);
    for (std::uint32_t i = 0; i < names.size(); ++i) seats.push_back(seat.count ? copy_of(seat, i, names[i]) : seat);
    if (seat.count) copies[seat.name] = names;
  }
  for (Seat& seat : seats) {
    std::vector<std::string> after;
    for (const std::string& name : seat.after) {
      const auto known = copies.find(name);
      if (known == copies.end())
        after.push_back(name);
      else
        after.insert(after.end(), known->second.begin(), known->second.end());
    }
    seat.after = std::move(after);
  }
  game.seats = std::move(seats);
}

bool is_played_as(const Game& played, const std::string& name, const std::string& of) {
  if (name == of) return true;
  if (!name.starts_with(of + "_")) return false;
  const std::string number = name.substr(of.size() + 1);
  const bool is_number = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
  return is_number &&
         std::none_of(played.seats.begin(), played.seats.end(), [&](const Seat& seat) { return seat.name == of; });
}

}  // namespace matchrunner::codec
