// SPDX-License-Identifier: Apache-2.0
#include "codec/resolve.hpp"

#include "base/digest.hpp"
#include "codec/checker.hpp"
#include "codec/host_paths.hpp"
#include "codec/match_file_table.hpp"
#include "codec/seat_copies.hpp"
#include "codec/seating.hpp"
#include "codec/values.hpp"
#include "matchrunner/json.hpp"

namespace matchrunner {
namespace {

// The form of a value that was made in the program and never was a file.
template <class T>
std::vector<InputFault> form_faults(const T& value) {
  return codec::check(codec::write_struct(value, codec::Defaults::left_out), codec::Outline<T>::shape);
}

}  // namespace

Result<void> validate(const Game& game) {
  std::vector<InputFault> wrong = form_faults(game);
  if (wrong.empty()) wrong = codec::check_seats(game, "");
  Game seen = game;
  for (InputFault& fault : codec::make_absolute(seen, "")) wrong.push_back(std::move(fault));
  if (!wrong.empty()) return codec::bad_input(wrong);
  return {};
}

Result<Game> resolve(const Game& game, const MatchRequest& request) {
  std::vector<InputFault> wrong = form_faults(request);
  if (!request.game.empty() && request.inline_game) wrong.push_back({"game", "a name or a game", "both"});
  if (!wrong.empty()) return codec::bad_input(wrong);
  Game all = game;
  wrong = codec::seat_match(all, request);
  MatchRequest seen = request;
  for (InputFault& fault : codec::make_absolute(seen, "")) wrong.push_back(std::move(fault));
  if (wrong.empty()) wrong = form_faults(all);  // laid together they may be too many
  if (!wrong.empty()) return codec::bad_input(wrong);
  return all;
}

Game with_secrets(Game game, const MatchRequest& request) {
  for (const Seat& from : request.seats)
    for (Seat& to : game.seats)
      if (codec::is_played_as(game, to.name, from.name))
        to.environment.insert(from.secrets.begin(), from.secrets.end());
  return game;
}

std::string request_sha256(const MatchRequest& request) {
  MatchRequest wish = request;
  wish.id.clear();
  for (Seat& seat : wish.seats)
    for (auto& [name, value] : seat.secrets) value.clear();
  return sha256_hex(to_json(wish));
}

}  // namespace matchrunner
