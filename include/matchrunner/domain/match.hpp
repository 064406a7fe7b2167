// SPDX-License-Identifier: Apache-2.0
// Match: one run of a game, from request to stored artifacts, as it stands in the store. A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/game.hpp"
#include "matchrunner/domain/match_state.hpp"
#include "matchrunner/domain/outcome.hpp"

namespace matchrunner {

// When a state was entered last. A state entered twice keeps both times in the journal.
struct StateTime {
  MatchState state;
  Time at;

  bool operator==(const StateTime&) const = default;
};

// Where a running seat can be reached: what the executor knows of host, port and process.
struct SeatEndpoint {
  std::string seat;
  std::string host;
  std::uint16_t port = 0;  // 0: none
  std::int64_t pid = 0;    // on that host; 0: not known

  bool operator==(const SeatEndpoint&) const = default;
};

// Where whoever asked for the match by a command wants to hear of it; empty: nowhere.
struct ReplyTarget {
  std::string reply_to;  // opaque: of the command source
  std::string correlation_id;
  bool older = false;       // asked by a message of older clients, who wait for certain texts
  std::string origin = {};  // CommandSourceCapabilities::origin of the source that it came by

  bool operator==(const ReplyTarget&) const = default;
};

struct Match {
  std::string id;
  std::string unique_id;  // given on submit: no other match has it, not even one of the same id in another store
  MatchState state = MatchState::queued;
  MatchRequest request;          // as submitted, but for what is sealed
  std::string sealed;            // its secrets, which stand empty in the request; empty: they stand there themselves
  std::string request_sha256;    // of the canonical request
  Game game;                     // as it was when submitted, the match's own seats and settings laid over it
  std::uint64_t version = 0;     // of the record
  std::uint64_t epoch = 0;       // fencing token: raised by claim and lapse
  std::uint32_t attempt = 0;     // runs so far
  std::string holder;            // the runner that has it now; empty: none
  std::vector<StateTime> times;  // in the order entered
  std::vector<SeatEndpoint> endpoints;
  std::optional<Isolation> isolation;       // once a run has started
  std::optional<std::string> stop_request;  // the reason given, once somebody asked for a stop
  std::optional<Outcome> outcome;
  std::vector<Artifact> artifacts;
  std::optional<Time> stored_at;  // every artifact is in its sink
  std::string store_error;        // why artifacts still wait; empty: they do not
  std::string spool_host;         // host and folder of this run's local files, for live logs and collecting
  std::string spool_folder;
  std::optional<Time> adoptable_until;  // the deadline of a run that outlives its runner; nothing: there is none
  ReplyTarget asker;

  bool operator==(const Match&) const = default;
};

}  // namespace matchrunner
