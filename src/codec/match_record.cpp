// SPDX-License-Identifier: Apache-2.0
#include "codec/match_record.hpp"

#include "codec/record_body.hpp"
#include "codec/record_table.hpp"

namespace matchrunner {

Record to_record(const Match& match) {
  Record record;
  record.kind = "match";
  record.id = match.id;
  record.scope = match.game.name;
  record.state = to_string(match.state);
  record.priority = match.request.priority;
  record.body = codec::body_of(match);
  record.version = match.version;
  record.epoch = match.epoch;
  record.holder = match.holder;
  return record;
}

Result<Match> match_from(const Record& record) {
  auto match = codec::read_body<Match>(record);
  if (!match) return match;
  const auto state = value_of(match_states, record.state);
  if (!state)
    return Error{ErrorCode::corrupt_data, codec::name_of(record) + ": no such state " + codec::in_quotes(record.state)};
  match->id = record.id;
  match->state = *state;
  match->version = record.version;
  match->epoch = record.epoch;
  match->holder = record.holder;
  return match;
}

Record to_record(const Game& game) {
  Record record;
  record.kind = "game";
  record.id = game.name;
  record.body = codec::body_of(game);
  record.version = game.version;
  return record;
}

Result<Game> game_from(const Record& record) {
  auto game = codec::read_body<Game>(record);
  if (game) game->version = record.version;
  return game;
}

}  // namespace matchrunner
