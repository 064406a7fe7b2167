// SPDX-License-Identifier: Apache-2.0
// Runner: keeps games, takes matches, runs them in turn and tells what happens; what an application calls.
// Safe for concurrent calls from any thread. Owns its threads and ports until close(); after fork() every call in the
// child returns `forked`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"
#include "matchrunner/domain/event.hpp"
#include "matchrunner/domain/game.hpp"
#include "matchrunner/domain/health.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/pruned.hpp"
#include "matchrunner/domain/waiting.hpp"
#include "matchrunner/ports/artifact_sink.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "matchrunner/ports/event_sink.hpp"
#include "matchrunner/ports/executor.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// Called once for each worker, on that worker's thread.
using ExecutorFactory = std::function<Result<std::shared_ptr<Executor>>()>;

struct RunnerOptions {
  std::shared_ptr<StateStore> store;  // required
  // Required to read finished logs, and where workers run, unless there are `targets`.
  std::shared_ptr<ArtifactSink> artifacts;
  ExecutorFactory executor;                                 // required when workers run here
  std::map<std::string, std::shared_ptr<EventSink>> sinks;  // by the name under which the store keeps their cursors
  std::vector<std::shared_ptr<CommandSource>> sources;
  // Of a source that can keep them: "run" commands are taken while so many more matches than slots are queued or
  // running.
  std::uint32_t backlog = 0;
  // At close(), what is still queued of a source's commands goes back to it, for other runners, and is `returned` here.
  bool return_queued = false;

  std::string pool = "default";  // the limit that this runner's matches count against
  std::uint32_t slots = 0;    // size of the pool, over all processes on the store. 0: as stored, or the number of cores
  std::int32_t workers = -1;  // matches at once in this process; -1: as many as slots; 0: submit and watch only
  std::string only_match;     // not empty: claim nothing but this match
  std::string
      spool_folder;  // for runs under way; created. Empty: "matchrunner-spool-<uid>" in the system's temporary folder
  std::string name;  // in `holder`; empty: host:pid:random
  milliseconds lease{15000};  // how long a runner may be silent before others take its matches
  // For storing a match's artifacts before it finishes without them and they follow later. A remote sink has a second
  // more for each 2 kB; close() waits so long for the next match's to be there.
  milliseconds collect_timeout{10000};
  // Artifacts that go to another sink while they grow, for whoever watches: a pattern of their names ("logs/*") to the
  // sink's URL. What a target does not take is kept for it until so long after the match's end, then dropped and told.
  std::map<std::string, std::string> streams;
  milliseconds stream_grace{10000};
  std::vector<std::string> targets;  // URLs that a match may name as its own storage and streams, as is_permitted_url
  // Folders and files of this host from which a match that a source's command brings may take `source` and `read_only`,
  // by where a path leads when the command comes; empty: none. What submit_match brings may take all.
  std::vector<std::string> host_paths;
  // Under which the store keeps secrets of matches: 32 bytes as base64, older keys behind it with commas between them.
  // Empty: MATCHRUNNER_SECRET_KEY, or else none: then they stand in the store as they are, and commands may have none.
  std::string secret_key;
};

struct MatchFilter {
  std::vector<MatchState> states;  // empty: all
  std::string game;                // empty: all
  std::string cursor;              // MatchPage::next
  std::uint32_t limit = 100;       // 1 to 1000
};

struct MatchPage {
  std::vector<Match> matches;  // priority descending, then oldest first
  std::string next;            // empty: that was all
};

struct EventFilter {
  std::string match;        // empty: all
  std::uint64_t after = 0;  // sequence
  bool from_now = false;    // only what comes after the call
};

// Events, pulled. Used by one thread at a time; may outlive its Runner, then next() is `cancelled` once drained.
class EventStream {
 public:
  virtual ~EventStream() = default;

  // The next event, or nothing when the context's deadline passed without one.
  virtual Result<std::optional<Event>> next(const Context& context) = 0;

  // Readable when next() may have something; for select, poll, epoll and asyncio. Owned by the stream.
  virtual int fileno() const = 0;
};

struct LogChunk {
  std::string bytes;
  std::uint64_t next_offset = 0;
  bool finished = false;           // nothing will follow
  std::optional<Time> claimed_at;  // of the run that the bytes are of; a new one: it is run again, from offset 0
};

struct PoolStatus {
  std::string name;
  std::uint32_t slots = 0;
  struct Holder {
    std::uint32_t slot = 0;
    std::string match;
    std::string runner;
  };
  std::vector<Holder> busy;
};

// How far wait_match waits: until the outcome stands, or until the artifacts are stored too.
enum class WaitFor : unsigned char { outcome, artifacts };

class Runner {
 public:
  // `invalid_argument`: an option; `conflict`: the pool has another size. Other errors are those of the ports.
  static Result<std::unique_ptr<Runner>> open(RunnerOptions options);

  virtual ~Runner() = default;  // close() with no grace; in a forked child: leaks on purpose

  // The catalogue. Names are ids. add: `already_exists`; update: `not_found`, raises the version; a match keeps the
  // game as it was when submitted. remove: `not_found`.
  virtual Result<Game> add_game(const Game& game) = 0;
  virtual Result<Game> update_game(const Game& game) = 0;
  virtual Result<std::optional<Game>> find_game(const std::string& name) = 0;
  virtual Result<std::vector<Game>> list_games() = 0;
  virtual Result<void> remove_game(const std::string& name) = 0;

  // Stores the match as queued. The id exists: the same request (SHA-256 of its canonical JSON without the values of
  // secrets) returns the existing match, whatever became of its game (`returned`: makes it anew); else
  // `already_exists`. `invalid_argument` names every fault; `not_found`: no such game; `permission_denied`: a target of
  // it is none of `targets`. A target that cannot be opened: what it said.
  virtual Result<Match> submit_match(const MatchRequest& request) = 0;
  virtual Result<std::optional<Match>> find_match(const std::string& id) = 0;
  virtual Result<Match> get_match(const std::string& id) = 0;  // `not_found`
  virtual Result<MatchPage> list_matches(const MatchFilter& filter) = 0;

  // Stores the request; the holder sees it within a second, in whatever process it is. A match that has ended:
  // `conflict`.
  virtual Result<Match> stop_match(const std::string& id, const std::string& reason) = 0;

  // Blocks until the match has ended; `timeout` and `cancelled` by the context alone. A match of this runner whose
  // outcome the store does not take is given up after a lease's time: `unavailable` or what else the store said.
  virtual Result<Match> wait_match(const std::string& id, const Context& context,
                                   WaitFor what = WaitFor::artifacts) = 0;

  virtual Result<std::unique_ptr<EventStream>> events(const EventFilter& filter) = 0;

  // Bytes of an artifact ("logs/white.stderr") from `offset`: of a match under way on this host, or a stored one.
  // Does not wait: an empty chunk that is not finished means "not yet". `not_found`: no such match or name.
  virtual Result<LogChunk> read_log(const std::string& id, const std::string& name, std::uint64_t offset,
                                    std::size_t size) = 0;

  // A URL that a browser can open for `valid_for`, of a stored artifact ("output/game.pgn"), for web pages.
  // `not_found`: no such match or name; `conflict`: it is not stored yet; `invalid_argument`: for longer than its sink
  // allows; `unsupported`: its sink has no links.
  virtual Result<std::string> link_artifact(const std::string& id, const std::string& name, milliseconds valid_for) = 0;

  // Removes matches that ended before `before`, their artifacts, and journal entries that no sink still needs, up to
  // the first of a match that has not ended or whose artifacts are not stored yet. A match is left where an artifact of
  // it cannot be removed, and the others go; of a sink that never removes, artifacts stay where they are. Several may
  // prune one store at once. `cancelled`, `timeout` by the context: what is removed by then is.
  virtual Result<Pruned> prune(Time before, const Context& context = {}) = 0;

  virtual Result<std::vector<PoolStatus>> list_pools() = 0;
  // `conflict` while a slot that would go is in use. Of this runner's own pool: its workers follow, when they are to be
  // as many as slots.
  virtual Result<PoolStatus> resize_pool(const std::string& name, std::uint32_t slots) = 0;

  // What still waits, and why: events, for each sink; artifacts, for each match that has ended without all of them
  // stored.
  virtual Result<std::vector<OutboxStatus>> outbox() = 0;
  virtual Result<std::vector<WaitingArtifacts>> waiting_artifacts() = 0;
  virtual Result<void> remove_sink(const std::string& name) = 0;  // releases the journal for trimming

  // What its threads met last; asks nobody, and never blocks.
  virtual Result<RunnerHealth> health() = 0;

  // Stops taking matches, lets those under way end until `grace` is over, stops the rest (they run again elsewhere),
  // gives back what is queued (RunnerOptions::return_queued), flushes the sinks, joins all threads. Idempotent.
  virtual Result<void> close(milliseconds grace) = 0;
};

}  // namespace matchrunner
