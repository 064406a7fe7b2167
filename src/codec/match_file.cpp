// SPDX-License-Identifier: Apache-2.0
#include "matchrunner/match_file.hpp"

#include <algorithm>
#include <iterator>

#include "codec/checker.hpp"
#include "codec/host_paths.hpp"
#include "codec/match_file_table.hpp"
#include "codec/seating.hpp"
#include "codec/values.hpp"

namespace matchrunner {
namespace {

using codec::Json;

void append(std::vector<InputFault>& all, std::vector<InputFault> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

// What is wrong beyond the form of single fields.
std::vector<InputFault> meaning_faults(const Game& game) { return codec::check_seats(game, ""); }
std::vector<InputFault> meaning_faults(const MatchRequest& request) {
  if (!request.inline_game) return codec::check_secrets(request.seats);  // a game of the catalogue is not known here
  Game game = *request.inline_game;
  return codec::seat_match(game, request);
}

// A fault of meaning may follow from one of form at the same place or inside it; then only that is told.
bool follows_from(const InputFault& meaning, const std::vector<InputFault>& form) {
  return std::any_of(form.begin(), form.end(),
                     [&](const InputFault& fault) { return fault.path.starts_with(meaning.path); });
}

template <class T>
std::vector<InputFault> read_checked(std::string_view text, T& value) {
  Json json;
  std::vector<InputFault> faults = codec::read_text(text, json);
  if (!faults.empty()) return faults;
  faults = codec::check(json, codec::Outline<T>::shape);
  codec::read(json, codec::Outline<T>::shape, value);
  std::vector<InputFault> more = meaning_faults(value);
  more.erase(std::remove_if(more.begin(), more.end(), [&](const auto& fault) { return follows_from(fault, faults); }),
             more.end());
  append(faults, std::move(more));
  return faults;
}

}  // namespace

std::string InputFault::describe() const {
  return (path.empty() ? "" : path + ": ") + "expected " + expected + ", found " + found;
}

std::vector<InputFault> check_match_request(std::string_view json) {
  MatchRequest request;
  return read_checked(json, request);
}

std::vector<InputFault> check_game(std::string_view json) {
  Game game;
  return read_checked(json, game);
}

Result<MatchRequest> parse_match_request(std::string_view json, std::string_view folder) {
  MatchRequest request;
  std::vector<InputFault> faults = read_checked(json, request);
  append(faults, codec::make_absolute(request, folder));
  if (!faults.empty()) return codec::bad_input(faults);
  return request;
}

Result<Game> parse_game(std::string_view json, std::string_view folder) {
  Game game;
  std::vector<InputFault> faults = read_checked(json, game);
  append(faults, codec::make_absolute(game, folder));
  if (!faults.empty()) return codec::bad_input(faults);
  return game;
}

}  // namespace matchrunner
