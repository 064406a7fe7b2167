// SPDX-License-Identifier: Apache-2.0
// The Runner that applications get: the fork check around the services and the threads.
#include "matchrunner/runner.hpp"

#include <unistd.h>

#include <limits>
#include <utility>

#include "runtime/artifact_removal.hpp"
#include "runtime/journal_stream.hpp"
#include "runtime/log_reader.hpp"
#include "runtime/runner_threads.hpp"
#include "services/pruning.hpp"
#include "services/waiting.hpp"

namespace matchrunner {
namespace {

class ThreadedRunner : public Runner {
 public:
  explicit ThreadedRunner(std::unique_ptr<RunnerThreads> threads) : threads_(std::move(threads)) {}

  // The threads of the parent are not in a forked child, and their locks may be held for ever: touch nothing.
  ~ThreadedRunner() override {
    if (forked()) [[maybe_unused]]
      auto* leaked = threads_.release();
  }

  Result<Game> add_game(const Game& game) override {
    return guarded([&](RunnerState& state, const Context& context) { return state.ledger.add_game(game, context); });
  }
  Result<Game> update_game(const Game& game) override {
    return guarded([&](RunnerState& state, const Context& context) { return state.ledger.update_game(game, context); });
  }
  Result<std::optional<Game>> find_game(const std::string& name) override {
    return guarded([&](RunnerState& state, const Context& context) { return state.ledger.find_game(name, context); });
  }
  Result<std::vector<Game>> list_games() override {
    return guarded([](RunnerState& state, const Context& context) { return state.ledger.list_games(context); });
  }
  Result<void> remove_game(const std::string& name) override {
    return guarded([&](RunnerState& state, const Context& context) { return state.ledger.remove_game(name, context); });
  }

  Result<Match> submit_match(const MatchRequest& request) override {
    return guarded([&](RunnerState& state, const Context& context) {
      if (auto admitted = admit_targets(state, request); !admitted) return Result<Match>(admitted.error());
      auto match = state.ledger.submit(request, context);
      if (match) state.work.poke();
      return match;
    });
  }

  Result<std::optional<Match>> find_match(const std::string& id) override {
    return guarded([&](RunnerState& state, const Context& context) -> Result<std::optional<Match>> {
      auto found = state.ledger.find(id, context);
      if (!found) return found.error();
      if (!*found) return std::optional<Match>();
      return std::optional<Match>(std::move((*found)->match));
    });
  }

  Result<Match> get_match(const std::string& id) override {
    return guarded([&](RunnerState& state, const Context& context) -> Result<Match> {
      auto stored = state.ledger.get(id, context);
      if (!stored) return stored.error();
      return std::move(stored->match);
    });
  }

  Result<MatchPage> list_matches(const MatchFilter& filter) override {
    return guarded([&](RunnerState& state, const Context& context) { return state.ledger.list(filter, context); });
  }

  Result<Match> stop_match(const std::string& id, const std::string& reason) override {
    return guarded([&](RunnerState& state, const Context& context) {
      auto match = state.ledger.request_stop(id, reason, context);
      if (match)
        if (const auto lease = state.leases.find({"match", id})) lease->raise(Signal::stop_requested);
      return match;
    });
  }

  Result<Match> wait_match(const std::string& id, const Context& context, WaitFor what) override {
    return guarded([&](RunnerState& state, const Context& patience) -> Result<Match> {
      while (true) {
        const std::uint64_t seen = state.news->head();
        Context reading = patience;
        reading.deadline = Context::within(store_patience).deadline;
        auto stored = state.ledger.get(id, reading);
        if (!stored) return stored.error();
        const Match& match = stored->match;
        if (is_terminal(match.state) && (what == WaitFor::outcome || match.store_error.empty())) return match;
        if (const auto why = state.given_up.find(id)) return *why;
        // The news of a match given up comes by no event: look again now and then.
        Context slice = Context::within(milliseconds(500), context.stop);
        slice.deadline = std::min(slice.deadline, context.deadline);
        if (auto news = state.news->wait_past(seen, slice); !news && news.error().code == ErrorCode::cancelled)
          return news.error();
        if (auto live = context.check(); !live) return live.error();
      }
    });
  }

  Result<std::unique_ptr<EventStream>> events(const EventFilter& filter) override {
    return guarded([&](RunnerState& state, const Context& context) -> Result<std::unique_ptr<EventStream>> {
      EventFilter from = filter;
      if (filter.from_now) {
        EventQuery end;
        end.after = std::numeric_limits<std::uint64_t>::max();
        const auto page = state.options.store->events(end, context);
        if (!page) return page.error();
        from.after = page->next_after;
      }
      return std::unique_ptr<EventStream>(
          std::make_unique<JournalStream>(state.options.store, state.news, std::move(from)));
    });
  }

  Result<LogChunk> read_log(const std::string& id, const std::string& name, std::uint64_t offset,
                            std::size_t size) override {
    return guarded(
        [&](RunnerState& state, const Context&) { return matchrunner::read_log(state, id, name, offset, size); });
  }

  Result<std::string> link_artifact(const std::string& id, const std::string& name, milliseconds valid_for) override {
    return guarded(
        [&](RunnerState& state, const Context&) { return matchrunner::link_artifact(state, id, name, valid_for); });
  }

  Result<Pruned> prune(Time before, const Context& context) override {
    return guarded([&](RunnerState& state, const Context&) -> Result<Pruned> {
      StateStore& store = *state.options.store;
      ArtifactRemoval removal(state);
      auto pruned = prune_matches(
          store, before,
          [&](const Match& match, const Artifact& artifact, const Context& call) {
            return removal.remove(match, artifact, call);
          },
          context);
      if (!pruned) return pruned;
      if (const auto trimmed = trim_journal(store, before, context); !trimmed) return trimmed.error();
      return pruned;
    });
  }

  Result<std::vector<PoolStatus>> list_pools() override {
    return guarded(
        [](RunnerState& state, const Context& context) { return SlotPool::list(*state.options.store, context); });
  }
  Result<PoolStatus> resize_pool(const std::string& name, std::uint32_t slots) override {
    return guarded([&](RunnerState& state, const Context& context) {
      auto status = SlotPool(*state.options.store, name).resize(slots, context);
      if (status && name == state.options.pool) threads_->follow_pool(slots);
      state.work.poke();
      return status;
    });
  }

  Result<std::vector<OutboxStatus>> outbox() override {
    return guarded(
        [](RunnerState& state, const Context& context) { return waiting_events(*state.options.store, context); });
  }
  Result<std::vector<WaitingArtifacts>> waiting_artifacts() override {
    return guarded([](RunnerState& state, const Context& context) {
      return matchrunner::waiting_artifacts(*state.options.store, context);
    });
  }

  Result<void> remove_sink(const std::string& name) override {
    return guarded([&](RunnerState& state, const Context& context) -> Result<void> {
      if (state.options.sinks.contains(name))
        return Error{ErrorCode::conflict, "sink \"" + name + "\" is in use by this runner", "runner"};
      const auto record = state.options.store->find({"sink", name}, context);
      if (!record) return record.error();
      if (!*record) return Error{ErrorCode::not_found, "no sink named \"" + name + "\"", "runner"};
      Write write{**record};
      write.remove = true;
      const auto receipt = state.options.store->commit({{write}, {}}, context);
      if (!receipt) return receipt.error();
      return {};
    });
  }

  Result<RunnerHealth> health() override {
    if (forked()) return fork_error();
    return threads_->health();
  }

  Result<void> close(milliseconds grace) override {
    if (forked()) return fork_error();
    threads_->close(grace);
    return {};
  }

 private:
  static Error fork_error() {
    return {ErrorCode::forked, "this runner was opened before fork(); open one in each process", "runner"};
  }

  bool forked() const { return ::getpid() != pid_; }

  template <class Call>
  auto guarded(Call call) -> decltype(call(std::declval<RunnerState&>(), Context())) {
    if (forked()) return fork_error();
    return call(threads_->state(), Context::within(store_patience));
  }

  const pid_t pid_ = ::getpid();
  std::unique_ptr<RunnerThreads> threads_;
};

}  // namespace

Result<std::unique_ptr<Runner>> Runner::open(RunnerOptions options) {
  auto threads = RunnerThreads::open(std::move(options));
  if (!threads) return threads.error();
  return std::unique_ptr<Runner>(std::make_unique<ThreadedRunner>(*std::move(threads)));
}

}  // namespace matchrunner
