// SPDX-License-Identifier: Apache-2.0
#include "services/match_ledger.hpp"

#include <utility>

#include "base/digest.hpp"
#include "base/percent.hpp"
#include "codec/event_body.hpp"
#include "codec/match_record.hpp"
#include "codec/resolve.hpp"
#include "codec/sealed_secrets.hpp"
#include "matchrunner/base/ids.hpp"
#include "matchrunner/open.hpp"
#include "services/judge.hpp"
#include "services/match_step.hpp"

namespace matchrunner {
namespace {

Error no_such(const char* what, const std::string& name) {
  return {ErrorCode::not_found, std::string("no ") + what + " named \"" + without_controls(name) + "\""};
}

// A command that another runner gives back may be met before the store has heard of it. So a queued match that is asked
// for again at the source that it came from is written as it is: what was planned on the version before comes to
// nothing.
Result<Submission> submitted_before(const StoredMatch& stored, const std::string& request_sha256,
                                    const std::string& origin) {
  const Match& match = stored.match;
  if (match.request_sha256 != request_sha256)
    return Error{ErrorCode::already_exists, "match " + match.id + " exists and was asked for differently"};
  Submission submission{match, {}};
  if (match.state == MatchState::queued && !origin.empty() && match.asker.origin == origin)
    submission.batch.writes.push_back(Write{stored.record});
  return submission;
}

MatchRequest with_bare_targets(MatchRequest request) {
  for (auto* const urls : {&request.storage, &request.streams})
    for (auto& [pattern, url] : *urls) url = bare_url(url);
  return request;
}

}  // namespace

std::string new_match_id() { return "m" + random_hex(6); }

Event match_event(const Match& match, std::string type, std::string body) {
  Event event;
  event.kind = "match";
  event.subject = match.id;
  event.epoch = match.epoch;
  event.type = std::move(type);
  event.body = with_reply(std::move(body), match, event.type);
  return event;
}

Result<Game> MatchLedger::write_game(const Game& game, std::uint64_t version, const char* type,
                                     const Context& context) {
  if (auto valid = validate(game); !valid) return valid.error();
  Write write{to_record(game)};
  write.record.version = version;
  Event event;
  event.kind = "game";
  event.subject = game.name;
  event.type = type;
  const auto receipt = store_.commit({{write}, {event}}, context);
  if (!receipt) return receipt.error();
  Game stored = game;
  stored.version = receipt->versions.front();
  return stored;
}

Result<Game> MatchLedger::add_game(const Game& game, const Context& context) {
  if (!is_valid_id(game.name))
    return Error{ErrorCode::invalid_argument,
                 "name: expected 1 to 128 of A-Z a-z 0-9 . _ -, found \"" + without_controls(game.name) + "\""};
  auto added = write_game(game, 0, "add", context);
  if (!added && added.error().code == ErrorCode::conflict)
    return Error{ErrorCode::already_exists, "there is a game named \"" + game.name + "\""};
  return added;
}

Result<Game> MatchLedger::update_game(const Game& game, const Context& context) {
  while (true) {
    const auto found = find_game(game.name, context);
    if (!found) return found.error();
    if (!*found) return no_such("game", game.name);
    auto updated = write_game(game, (*found)->version, "update", context);
    if (updated || updated.error().code != ErrorCode::conflict) return updated;
  }
}

Result<std::optional<Game>> MatchLedger::find_game(const std::string& name, const Context& context) {
  const auto record = store_.find({"game", name}, context);
  if (!record) return record.error();
  if (!*record) return std::optional<Game>();
  auto game = game_from(**record);
  if (!game) return game.error();
  return std::optional<Game>(*std::move(game));
}

Result<std::vector<Game>> MatchLedger::list_games(const Context& context) {
  std::vector<Game> games;
  RecordQuery query;
  query.kind = "game";
  query.limit = 1000;
  do {
    const auto page = store_.list(query, context);
    if (!page) return page.error();
    for (const Record& record : page->records) {
      auto game = game_from(record);
      if (!game) return game.error();
      games.push_back(*std::move(game));
    }
    query.cursor = page->next;
  } while (!query.cursor.empty());
  return games;
}

Result<void> MatchLedger::remove_game(const std::string& name, const Context& context) {
  while (true) {
    const auto found = find_game(name, context);
    if (!found) return found.error();
    if (!*found) return no_such("game", name);
    Write write{to_record(**found)};
    write.record.version = (*found)->version;
    write.remove = true;
    Event event;
    event.kind = "game";
    event.subject = name;
    event.type = "remove";
    const auto receipt = store_.commit({{write}, {event}}, context);
    if (receipt) return {};
    if (receipt.error().code != ErrorCode::conflict) return receipt.error();
  }
}

Result<Submission> MatchLedger::plan_submit(const MatchRequest& request, const Context& context,
                                            const ReplyTarget& asker) {
  Match match;
  match.id = request.id.empty() ? new_match_id() : request.id;
  if (!is_valid_id(match.id))
    return Error{ErrorCode::invalid_argument,
                 "id: expected 1 to 128 of A-Z a-z 0-9 . _ -, found \"" + without_controls(match.id) + "\""};
  match.unique_id = random_hex(16);
  match.request = request;
  match.request.id = match.id;
  match.request_sha256 = request_sha256(with_bare_targets(request));
  match.asker = asker;
  if (!request.id.empty()) {  // before the game, which may have changed or gone since
    const auto known = find(match.id, context);
    if (!known) return known.error();
    if (*known && (*known)->match.state != MatchState::returned)
      return submitted_before(**known, match.request_sha256, asker.origin);
    if (*known) {  // it has come back, and is made anew; what its runs left is still found by its unique id
      match.unique_id = (*known)->match.unique_id;
      match.version = (*known)->match.version;
      match.epoch = (*known)->match.epoch;
    }
  }

  Game game;
  if (request.inline_game) {
    game = *request.inline_game;
  } else {
    const auto found = find_game(request.game, context);
    if (!found) return found.error();
    if (!*found) return no_such("game", request.game);
    game = **found;
  }
  auto resolved = resolve(game, request);
  if (!resolved) return resolved.error();
  match.game = *std::move(resolved);
  match.times.push_back({MatchState::queued, now_()});
  seal_secrets(match, keys_, bare_url);

  Submission planned;
  planned.batch.writes.push_back(Write{to_record(match)});
  planned.batch.events.push_back(match_event(match, "submit", text_body({{"game", match.game.name}})));
  planned.match = std::move(match);
  return planned;
}

Result<Match> MatchLedger::submit(const MatchRequest& request, const Context& context, const ReplyTarget& asker) {
  while (true) {
    auto planned = plan_submit(request, context, asker);
    if (!planned) return planned.error();
    if (planned->batch.writes.empty()) return std::move(planned->match);
    const auto receipt = store_.commit(planned->batch, context);
    if (receipt) {
      planned->match.version = receipt->versions.front();
      return std::move(planned->match);
    }
    if (receipt.error().code != ErrorCode::conflict) return receipt.error();
  }
}

Result<std::optional<StoredMatch>> MatchLedger::find(const std::string& id, const Context& context) {
  auto record = store_.find({"match", id}, context);
  if (!record) return record.error();
  if (!*record) return std::optional<StoredMatch>();
  auto match = match_from(**record);
  if (!match) return match.error();
  return std::optional<StoredMatch>(StoredMatch{*std::move(match), **std::move(record)});
}

Result<StoredMatch> MatchLedger::get(const std::string& id, const Context& context) {
  auto found = find(id, context);
  if (!found) return found.error();
  if (!*found) return no_such("match", id);
  return **std::move(found);
}

Result<MatchPage> MatchLedger::list(const MatchFilter& filter, const Context& context) {
  RecordQuery query;
  query.kind = "match";
  for (const MatchState state : filter.states) query.states.emplace_back(to_string(state));
  if (!filter.game.empty()) query.scope = filter.game;
  query.cursor = filter.cursor;
  query.limit = filter.limit;
  auto page = store_.list(query, context);
  if (!page) return page.error();
  MatchPage matches;
  matches.next = page->next;
  for (const Record& record : page->records) {
    auto match = match_from(record);
    if (!match) return match.error();
    matches.matches.push_back(*std::move(match));
  }
  return matches;
}

Result<Match> MatchLedger::request_stop(const std::string& id, const std::string& reason, const Context& context) {
  while (true) {
    auto stored = get(id, context);
    if (!stored) return stored.error();
    Match match = stored->match;
    if (is_terminal(match.state))
      return Error{ErrorCode::conflict, "match " + id + " has ended: it is " + std::string(to_string(match.state))};
    if (match.stop_request) return match;
    if (match.state == MatchState::collecting)  // its outcome stands
      return Error{ErrorCode::conflict, "match " + id + " has ended: its artifacts are being collected"};
    match.stop_request = reason.empty() ? "stopped on request" : reason;
    Batch batch;
    // Its run may go on although its runner is gone: it ends once somebody has found it.
    const bool may_run = match.adoptable_until.has_value();
    if (match.state == MatchState::queued && !may_run) {
      RunFacts facts;
      facts.stop_reason = match.stop_request;
      const Outcome outcome = judge(match.game, facts);
      match.outcome = outcome;
      if (auto stepped = step(match, MatchEvent::stop, now_()); !stepped) return stepped.error();
      batch.events.push_back(match_event(match, "stop", outcome_body(outcome)));
    } else {
      batch.events.push_back(match_event(match, "stop_requested", text_body({{"reason", *match.stop_request}})));
    }
    Write write{to_record(match)};
    write.record.due_at = stored->record.due_at;
    batch.writes.push_back(std::move(write));
    const auto receipt = store_.commit(batch, context);
    if (receipt) {
      match.version = receipt->versions.front();
      return match;
    }
    if (receipt.error().code != ErrorCode::conflict) return receipt.error();
  }
}

Result<Batch> MatchLedger::plan_return(const StoredMatch& queued) {
  Match match = queued.match;
  RunFacts facts;
  facts.stop_reason = "its runner ended, and gave it back to where it came from";
  match.outcome = judge(match.game, facts);
  if (auto stepped = step(match, MatchEvent::return_, now_()); !stepped) return stepped.error();
  Batch batch;
  batch.writes.push_back(Write{to_record(match)});
  batch.events.push_back(match_event(match, "return", outcome_body(*match.outcome)));
  return batch;
}

}  // namespace matchrunner
