// SPDX-License-Identifier: Apache-2.0
// The catalogue of games.
#include "runners.h"

static const char dice[] =
    "{\"name\": \"dice\", \"title\": \"Dice\", \"wiring\": \"none\", \"seats\": [{\"name\": \"die\", \"role\":"
    " \"program\", \"command\": \"sh\", \"arguments\": [\"-c\", \"true\"], \"limits\": {\"cpu_seconds\": 1.5,"
    " \"wall_seconds\": null, \"memory_bytes\": 1048576, \"processes\": 3, \"open_files\": 16, \"output_bytes\": 9,"
    " \"artifact_bytes\": 11, \"disk_bytes\": 1048577, \"files\": 13}}], \"settings\": {\"sides\": 6}}";

static void test_what_a_game_says(const mr_game* game) {
  mr_error* error = NULL;
  mr_buffer* json = NULL;
  mr_limits limits = MR_LIMITS_INIT;
  const mr_seat* die = mr_game_seat(game, 0);

  CHECK_TEXT(mr_game_name(game), "dice");
  CHECK_TEXT(mr_game_title(game), "Dice");
  CHECK(mr_game_wiring(game) == MR_WIRING_NONE);
  CHECK_CONTAINS(mr_game_settings(game), "\"sides\"");
  CHECK(mr_game_seat_count(game) == 1);
  CHECK(mr_game_seat(game, 1) == NULL);
  CHECK_TEXT(mr_seat_name(die), "die");
  CHECK(mr_seat_role(die) == MR_ROLE_PROGRAM);
  CHECK_TEXT(mr_seat_command(die), "sh");
  CHECK_TEXT(mr_seat_custom(die), "");
  CHECK(mr_seat_argument_count(die) == 2);
  CHECK_TEXT(mr_seat_argument(die, 1), "true");
  CHECK_TEXT(mr_seat_argument(die, 2), "");
  CHECK_TEXT(mr_seat_argument(NULL, 0), "");
  CHECK_TEXT(mr_seat_name(NULL), "");

  CHECK_OK(mr_seat_limits(&limits, die, &error), error);
  CHECK(limits.cpu_seconds > 1.4 && limits.cpu_seconds < 1.6);
  CHECK(limits.wall_seconds > 1e300);
  CHECK(limits.memory_bytes == 1048576);
  CHECK(limits.processes == 3);
  CHECK(limits.open_files == 16);
  CHECK(limits.output_bytes == 9);
  CHECK(limits.artifact_bytes == 11);
  CHECK(limits.disk_bytes == 1048577);
  CHECK(limits.files == 13);
  CHECK_FAILS(mr_seat_limits(NULL, die, &error), error, MR_ERROR_INVALID_ARGUMENT, "limits");

  if (CHECK_OK(mr_game_json(&json, game, &error), error)) {
    mr_input_fault_list* faults = NULL;
    CHECK_OK(mr_check_game(&faults, mr_buffer_data(json), mr_buffer_size(json), &error), error);
    CHECK(mr_input_fault_list_count(faults) == 0);
    mr_input_fault_list_free(faults);
  }
  mr_buffer_free(json);
}

int main(void) {
  static const char by_name[] = "{\"game\": \"dice\"}";
  mr_runner_options options = MR_RUNNER_OPTIONS_INIT;
  mr_runner* runner;
  mr_error* error = NULL;
  mr_game* game = NULL;
  mr_game_list* games = NULL;
  mr_match* match;

  options.workers = 0;
  runner = open_runner(options);

  CHECK_OK(mr_runner_add_game(&game, runner, dice, strlen(dice), NULL, &error), error);
  CHECK(mr_game_version(game) == 1);
  test_what_a_game_says(game);
  mr_game_free(game);

  CHECK_FAILS(mr_runner_add_game(&game, runner, dice, strlen(dice), NULL, &error), error, MR_ERROR_ALREADY_EXISTS,
              "dice");
  CHECK(game == NULL);
  CHECK_FAILS(mr_runner_add_game(NULL, runner, "{\"nmae\": 1}", 11, NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "name");
  CHECK_FAILS(mr_runner_add_game(NULL, NULL, dice, strlen(dice), NULL, &error), error, MR_ERROR_INVALID_ARGUMENT,
              "runner");

  CHECK_OK(mr_runner_update_game(NULL, runner, dice, strlen(dice), "/srv/games", &error), error);
  CHECK_OK(mr_runner_find_game(&game, runner, "dice", &error), error);
  CHECK(mr_game_version(game) == 2);
  mr_game_free(game);

  match = submit(runner, by_name);
  CHECK_TEXT(mr_game_name(mr_match_game(match)), "dice");
  CHECK(mr_game_version(mr_match_game(match)) == 2);
  mr_match_free(match);

  CHECK_OK(mr_runner_list_games(&games, runner, &error), error);
  CHECK(mr_game_list_count(games) == 1);
  CHECK_TEXT(mr_game_title(mr_game_list_at(games, 0)), "Dice");
  CHECK(mr_game_list_at(games, 1) == NULL);
  mr_game_list_free(games);

  CHECK_OK(mr_runner_remove_game(runner, "dice", &error), error);
  CHECK_FAILS(mr_runner_remove_game(runner, "dice", &error), error, MR_ERROR_NOT_FOUND, "dice");
  CHECK_FAILS(mr_runner_update_game(NULL, runner, dice, strlen(dice), NULL, &error), error, MR_ERROR_NOT_FOUND, "dice");
  CHECK_OK(mr_runner_find_game(&game, runner, "dice", &error), error);
  CHECK(game == NULL);
  CHECK_TEXT(mr_game_name(game), "");

  mr_runner_free(runner);
  return check_result();
}
