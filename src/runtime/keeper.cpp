// SPDX-License-Identifier: Apache-2.0
#include "runtime/keeper.hpp"

#include <algorithm>
#include <array>

#include "base/backoff.hpp"
#include "codec/event_body.hpp"
#include "codec/match_record.hpp"
#include "runtime/printed.hpp"
#include "services/judge.hpp"
#include "services/match_step.hpp"

namespace matchrunner {
namespace {

using std::chrono::steady_clock;

constexpr milliseconds journal_every{50};  // how fast other processes' stops and submits are seen
constexpr milliseconds timers_every{500};
constexpr std::chrono::minutes sweep_every{1};
constexpr milliseconds longest_pause{1000};  // between two looks at a store that is out of reach
constexpr Backoff conflicts{milliseconds(2), milliseconds(100)};

// Runs something every so often; a little sooner by chance, so that the processes on a store do not march in step.
class Every {
 public:
  explicit Every(milliseconds period) : period_(period) {}
  bool due() {
    const auto now = steady_clock::now();
    if (now < next_) return false;
    next_ = now + period_ / 2 + jittered(period_ / 2);
    return true;
  }
  void again_in(milliseconds time) { next_ = steady_clock::now() + time; }

 private:
  milliseconds period_;
  steady_clock::time_point next_{};
};

std::string gone(const Match& match) { return "its runner " + match.holder + " is gone"; }

}  // namespace

void Keeper::start() {
  thread_ = std::thread([this] { run(); });
}

void Keeper::close() {
  closing_ = true;
  closing_wakeup_.set();
  if (thread_.joinable()) thread_.join();
}

void Keeper::run() {
  Every renewal(state_.options.lease / 3);
  Every timers(std::min(timers_every, state_.options.lease / 4));
  Every sweep(sweep_every);
  // A store that is out of reach is asked less and less often, but often enough to save the leases.
  const Backoff patience{journal_every, std::clamp(state_.options.lease / 12, journal_every, longest_pause)};
  int failures = 0;
  while (!closing_) {
    state_.health.keeper_looks();
    failures = read_journal() ? 0 : failures + 1;
    if (renewal.due() && !renew()) renewal.again_in(jittered(patience.longest));
    if (works_ && !state_.work.closed() && timers.due()) {  // who closes takes nothing up any more
      fire_timers();
      take_up_lapsed();
      state_.work.poke();  // a slot may have lapsed, which no event tells
    }
    if (works_ && sweep.due()) sweep_spool();
    std::array<pollfd, 1> fds{{{closing_wakeup_.fd(), POLLIN, 0}}};
    [[maybe_unused]] const auto woken =
        wait_for(fds, Context::within(failures == 0 ? journal_every : wait_after(failures, patience)));
  }
}

bool Keeper::read_journal() {
  while (true) {
    EventQuery query;
    query.after = head_;
    const auto page = state_.options.store->events(query, Context::within(store_patience));
    state_.health.note(store_part, page ? Result<void>() : Result<void>(page.error()));
    if (!page) return false;
    if (page->next_after == head_) return true;
    for (const Event& event : page->events) {
      if (event.kind != "match" || event.type != "stop_requested") continue;
      if (const auto lease = state_.leases.find({"match", event.subject})) lease->raise(Signal::stop_requested);
    }
    head_ = page->next_after;
    state_.news->reached(head_);
    state_.work.poke();
    if (page->events.size() < query.limit) return true;
  }
}

bool Keeper::renew() {
  const Context context = Context::within(state_.options.lease / 3);
  for (int tries = 1;; ++tries) {
    const auto renewed = renew_once();
    if (renewed) return true;
    if (renewed.error().code != ErrorCode::conflict || !context.check() || closing_) return false;
    // Somebody wrote to one of the records meanwhile: read them again.
    state_.clocks.pause(wait_after(tries, conflicts), context);
  }
}

// All leases in one commit.
Result<void> Keeper::renew_once() {
  const Context context = Context::within(state_.options.lease / 3);
  Batch batch;
  std::vector<std::shared_ptr<Lease>> renewed;
  const auto before = state_.clocks.boot();
  for (const auto& lease : state_.leases.all()) {
    if (lease->has(Signal::lost)) continue;
    const auto record = state_.options.store->find(lease->key(), context);
    if (!record) return record.error();
    if (!*record || (*record)->epoch != lease->epoch() || (*record)->holder != state_.options.name) {
      if (state_.leases.find(lease->key()) == lease) lease->raise(Signal::lost);
      continue;
    }
    // Lapsed, and nobody has it yet: it cannot be renewed, and must not hold up the others. Its claim sees it by
    // itself.
    if ((*record)->lease_left <= milliseconds(0)) continue;
    batch.writes.push_back({**record, LeaseChange::renew, state_.options.lease});
    renewed.push_back(lease);
  }
  if (batch.writes.empty()) return {};
  const auto receipt = state_.options.store->commit(batch, context);
  if (!receipt) return receipt.error();
  for (const auto& lease : renewed) lease->renewed(before + usable(state_.options.lease));
  return {};
}

bool Keeper::is_ours(const Record& match) const {
  return state_.options.only_match.empty() || match.id == state_.options.only_match;
}

void Keeper::fire_timers() {
  RecordQuery query;
  query.kind = "match";
  query.due_before = state_.clocks.wall();
  const auto page = state_.options.store->list(query, Context::within(store_patience));
  if (!page) return;
  for (const Record& record : page->records) {
    if (!is_ours(record)) continue;
    if (const auto lease = state_.leases.find({"match", record.id})) {
      if (lease->epoch() == record.epoch) lease->raise(Signal::deadline_passed);
      continue;
    }
    auto match = match_from(record);
    if (!match || !is_terminal(match->state) || match->spool_host != state_.host_name) continue;
    auto claim = MatchClaim::take_over(state_, {*std::move(match), record});
    if (claim && *claim) collector_.hand_over(*std::move(claim));
  }
}

void Keeper::take_up_lapsed() {
  RecordQuery query;
  query.kind = "match";
  query.lapsed = true;
  const auto page = state_.options.store->list(query, Context::within(store_patience));
  if (!page) return;
  for (const Record& record : page->records) {
    if (!is_ours(record)) continue;
    auto match = match_from(record);
    if (match) lapse({*std::move(match), record});
  }
}

// Before the outcome is stored the match goes back into the queue, or ends when it has been tried often enough or is to
// be stopped; after, only its artifacts are still to be collected. A run that may have outlived its runner is for
// whoever claims the match.
void Keeper::lapse(const StoredMatch& stored) {
  const Match& match = stored.match;
  if (match.state == MatchState::collecting || is_terminal(match.state)) return collect(stored, {});
  const bool may_go_on = match.adoptable_until && match.spool_host == state_.host_name;
  const bool tried_enough = match.attempt >= match.game.attempts.value_or(1) && !match.adoptable_until;
  if (tried_enough || (match.stop_request && !may_go_on)) return end_lapsed(stored);
  Match queued = match;
  queued.epoch += 1;
  if (!step(queued, MatchEvent::lapse, state_.clocks.wall())) return;
  const Event lapsed =
      match_event(queued, "lapse", text_body({{"reason", gone(match)}, {"runner", state_.options.name}}));
  let_go(std::move(queued), lapsed);
}

// With what its seats had printed, where that is here.
void Keeper::end_lapsed(const StoredMatch& stored) {
  Match match = stored.match;
  RunFacts facts;
  const auto seats = with_the_rest_killed(match.game, {});
  facts.seats = seats;
  facts.stop_reason = match.stop_request;
  if (!match.stop_request)
    facts.infrastructure_error = gone(match) + ", as in the " + std::to_string(match.attempt) + " attempts it had";
  const Outcome outcome = judge(match.game, facts);
  const bool printed =
      match.spool_host == state_.host_name && !seats_that_printed(match.game, match.spool_folder).empty();
  const MatchEvent event = printed ? MatchEvent::ended : match.stop_request ? MatchEvent::stop : MatchEvent::fail;
  MatchChange change;
  change.apply = [&](Match& ended) -> Result<void> {
    ended.outcome = outcome;
    ended.endpoints.clear();
    ended.adoptable_until.reset();
    return step(ended, event, state_.clocks.wall());
  };
  match.epoch += 1;
  change.events = {match_event(match, std::string(to_string(event)), outcome_body(outcome, state_.options.name))};
  if (printed) return collect(stored, change);
  if (change.apply(match)) let_go(std::move(match), change.events.front());
}

void Keeper::let_go(Match match, const Event& why) {
  match.holder.clear();
  match.endpoints.clear();
  const Batch batch{{{to_record(match), LeaseChange::lapse}}, {why}};
  if (state_.commit(batch, Context::within(store_patience))) state_.work.poke();
}

// What its seats have left is here, or the collector finds out that it is not.
void Keeper::collect(const StoredMatch& stored, const MatchChange& change) {
  auto claim = MatchClaim::take_over(state_, stored, change);
  if (!claim || !*claim) return;
  const Match& taken = (*claim)->match();
  if (taken.state == MatchState::collecting && taken.spool_host == state_.host_name) {
    end_run_folder(taken.spool_folder);
    state_.streams.begin(taken);  // nobody knows how far they were: all of it once more
    state_.streams.end(taken);
  }
  collector_.hand_over(*std::move(claim));
}

// Folders of runs that are over and whose artifacts nobody waits for: their runner was killed before it could clear up.
// Matches of other stores, which may share the spool, are left alone, also those that have the same id.
void Keeper::sweep_spool() {
  for (const Spool::RunFolder& run : state_.spool.runs()) {
    const auto stored = state_.ledger.find(run.match, Context::within(store_patience));
    if (!stored) return;
    if (!*stored) continue;
    const Match& match = (*stored)->match;
    if (match.unique_id != run.unique_id) continue;
    const bool needed = match.spool_folder == run.path && (!is_terminal(match.state) || !match.store_error.empty());
    if (needed) continue;
    [[maybe_unused]] const auto removed = remove_run_folder(run.path);  // else by the next sweep
  }
}

}  // namespace matchrunner
