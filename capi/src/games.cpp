// SPDX-License-Identifier: Apache-2.0
// The catalogue of games, and what a game says of itself.
#include "guard.hpp"
#include "matchrunner/json.hpp"
#include "read_handle.hpp"

using namespace matchrunner;
using namespace matchrunner::capi;

namespace {

// `store` is the member of Runner that takes the parsed game.
mr_code put_game(mr_game** out, mr_runner* runner, const char* json, std::size_t length, const char* folder,
                 mr_error** error, Result<Game> (Runner::*store)(const Game&)) {
  return produce_if_wanted(out, error, {{runner, "runner"}, {json, "json"}}, [&]() -> Result<Game> {
    auto game = parse_game({json, length}, text_or_empty(folder));
    if (!game) return game;
    return (mr_runner::of(runner).*store)(*game);
  });
}

}  // namespace

mr_code mr_runner_add_game(mr_game** out, mr_runner* runner, const char* json, size_t length, const char* folder,
                           mr_error** error) {
  return put_game(out, runner, json, length, folder, error, &Runner::add_game);
}

mr_code mr_runner_update_game(mr_game** out, mr_runner* runner, const char* json, size_t length, const char* folder,
                              mr_error** error) {
  return put_game(out, runner, json, length, folder, error, &Runner::update_game);
}

mr_code mr_runner_find_game(mr_game** out, mr_runner* runner, const char* name, mr_error** error) {
  return produce(out, error, {{runner, "runner"}, {name, "name"}},
                 [&] { return mr_runner::of(runner).find_game(name); });
}

mr_code mr_runner_list_games(mr_game_list** out, mr_runner* runner, mr_error** error) {
  return produce(out, error, {{runner, "runner"}}, [&] { return mr_runner::of(runner).list_games(); });
}

mr_code mr_runner_remove_game(mr_runner* runner, const char* name, mr_error** error) {
  return perform(error, {{runner, "runner"}, {name, "name"}}, [&] { return mr_runner::of(runner).remove_game(name); });
}

const char* mr_game_name(const mr_game* game) { return text_of(game, &Game::name); }

const char* mr_game_title(const mr_game* game) { return text_of(game, &Game::title); }

uint64_t mr_game_version(const mr_game* game) { return number_of(game, &Game::version); }

mr_wiring mr_game_wiring(const mr_game* game) {
  return number_of(game, [](const Game& value) { return to_number(value.wiring); });
}

const char* mr_game_settings(const mr_game* game) { return text_of(game, &Game::settings); }

size_t mr_game_seat_count(const mr_game* game) {
  return number_of(game, [](const Game& value) { return value.seats.size(); });
}

const mr_seat* mr_game_seat(const mr_game* game, size_t index) {
  return number_of(game, [&](const Game& value) { return lend_row<mr_seat>(value.seats, index); });
}

mr_code mr_game_json(mr_buffer** out, const mr_game* game, mr_error** error) {
  return produce(out, error, {{game, "game"}}, [&]() -> Result<std::string> { return to_json(mr_game::of(game)); });
}

void mr_game_free(mr_game* game) { mr_game::free(game); }

size_t mr_game_list_count(const mr_game_list* list) { return number_of(list, &std::vector<Game>::size); }

const mr_game* mr_game_list_at(const mr_game_list* list, size_t index) {
  return number_of(list, [&](const std::vector<Game>& games) { return lend_row<mr_game>(games, index); });
}

void mr_game_list_free(mr_game_list* list) { mr_game_list::free(list); }
