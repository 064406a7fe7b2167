// SPDX-License-Identifier: Apache-2.0
// MatchLedger: matches and the catalogue of games as they stand in a StateStore; every change with its event in one
// commit. No threads and no state of its own: safe wherever the store is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clocks.hpp"
#include "base/secret_keys.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/ports/state_store.hpp"
#include "matchrunner/runner.hpp"

namespace matchrunner {

// A match together with the record it was read from.
struct StoredMatch {
  Match match;
  Record record;
};

// A match as it is stored, or, with a batch that is not empty, as it will be once that is committed.
struct Submission {
  Match match;
  Batch batch;
};

// Six random bytes: 1 in 10 million for a clash among a million matches, and a clash is only an error.
std::string new_match_id();

// One journal entry about a match, for the epoch it has in `match`.
Event match_event(const Match& match, std::string type, std::string body = "{}");

class MatchLedger {
 public:
  explicit MatchLedger(StateStore& store, std::function<Time()> clock = wall_now, SecretKeys keys = {})
      : store_(store), now_(std::move(clock)), keys_(std::move(keys)) {}

  const SecretKeys& keys() const { return keys_; }  // under which secrets of matches are sealed

  Result<Game> add_game(const Game& game, const Context& context);
  Result<Game> update_game(const Game& game, const Context& context);
  Result<std::optional<Game>> find_game(const std::string& name, const Context& context);
  Result<std::vector<Game>> list_games(const Context& context);
  Result<void> remove_game(const std::string& name, const Context& context);

  // `asker`: who hears of it; of a match that is there already nothing changes.
  Result<Match> submit(const MatchRequest& request, const Context& context, const ReplyTarget& asker = {});
  // What submit() commits. A conflict of that commit: somebody else was quicker, and the next plan knows it.
  Result<Submission> plan_submit(const MatchRequest& request, const Context& context, const ReplyTarget& asker = {});
  Result<std::optional<StoredMatch>> find(const std::string& id, const Context& context);
  Result<StoredMatch> get(const std::string& id, const Context& context);
  Result<MatchPage> list(const MatchFilter& filter, const Context& context);

  // A queued match is stopped at once; of a live one the wish is noted and its holder does the rest.
  Result<Match> request_stop(const std::string& id, const std::string& reason, const Context& context);

  // What makes a queued match one that its source has again. A conflict of its commit: it is not as it was read any
  // more.
  Result<Batch> plan_return(const StoredMatch& queued);

 private:
  Result<Game> write_game(const Game& game, std::uint64_t version, const char* event, const Context& context);

  StateStore& store_;
  const std::function<Time()> now_;
  const SecretKeys keys_;
};

}  // namespace matchrunner
