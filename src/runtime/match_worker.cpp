// SPDX-License-Identifier: Apache-2.0
#include "runtime/match_worker.hpp"

#include <algorithm>
#include <utility>

#include "codec/event_body.hpp"
#include "codec/seat_output.hpp"
#include "runtime/printed.hpp"
#include "services/judge.hpp"
#include "services/match_step.hpp"

namespace matchrunner {
namespace {

// The result file as judge() wants it: nothing, what it says, or why it cannot be read.
std::optional<Result<ResultFile>> result_of(const Match& match) {
  const auto text = read_spooled(match.spool_folder, "result.json", max_result_bytes);
  if (!text) return Result<ResultFile>(text.error());
  if (!*text) return std::nullopt;
  return parse_result_file(**text, match.game.seats);
}

// Its run may go on, and has not been found yet. Nothing is known of it: it is left to whoever is there when the lease
// is over, and keeps slot and folder.
bool is_looked_for(const Match& match) { return match.adoptable_until && match.state == MatchState::preparing; }

// No program is blamed for what it could not write: one that ended badly or left no good result may have had no room.
bool may_lack_room(const RunFacts& facts, const Outcome& outcome) {
  if (facts.stop_reason || facts.deadline_passed || !facts.infrastructure_error.empty()) return false;
  return outcome.result == MatchResult::failed || !facts.result;
}

constexpr const char* none_left = "; no attempt is left";
bool is_last_attempt(const Match& match) { return match.attempt >= match.game.attempts.value_or(1); }

// The run's folder; what of it remains, to be told behind why the run came to nothing.
std::string clear_away(const std::string& run_folder) {
  const auto removed = remove_run_folder(run_folder);
  return removed ? std::string() : "; " + removed.error().message;
}

}  // namespace

void MatchWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void MatchWorker::join() {
  if (thread_.joinable()) thread_.join();
}

void MatchWorker::run() {
  while (!state_.work.closed()) {
    const std::uint64_t seen = state_.work.pokes();
    if (!take() && !state_.work.wait_past(seen)) break;  // a store that failed is asked again at the keeper's next poke
    while (look()) {
    }
  }
  executor_.reset();
}

bool MatchWorker::take() {
  // While it is away, matches would only go to and fro.
  if (executor_is_needed_) {
    const auto made = executor();
    note_claim(made ? Result<void>() : Result<void>(made.error()));
    if (!made) return false;
    executor_is_needed_ = false;
  }
  auto claim = MatchClaim::take_next(state_, [this](const std::string& id) { return end_former_run(id); });
  note_claim(claim ? Result<void>() : Result<void>(claim.error()));
  if (!claim || !*claim) return false;
  state_.given_up.clear((*claim)->match().id);
  auto play = std::make_unique<Play>(Play{*std::move(claim), {}});
  play->run = begin(*play);
  if (!play->run) return true;
  play->watch.emplace(state_, *play->claim, *play->run, play->plan.grace, play->seats_told);
  play_ = std::move(play);
  return true;
}

bool MatchWorker::look() {
  if (!play_) return false;
  const auto end = play_->watch->look();
  if (!end) return true;
  finish(std::move(*std::exchange(play_, nullptr)), *end);
  return false;
}

// Who runs one match only waits for that one: where nobody can claim it for the time of a lease, for want of store or
// executor, it is given up too.
void MatchWorker::note_claim(const Result<void>& claimed) {
  if (claimed) {
    failing_since_.reset();
    return;
  }
  const auto now = state_.clocks.boot();
  if (!failing_since_) failing_since_ = now;
  if (!state_.options.only_match.empty() && now - *failing_since_ >= state_.options.lease)
    state_.given_up.add(state_.options.only_match, claimed.error(), "its store or executor is away");
}

Result<Executor*> MatchWorker::executor() {
  if (!executor_) {
    auto made = state_.options.executor();
    if (!made) return state_.health.note(executor_part, made.error()), made.error();
    executor_ = *std::move(made);
  }
  return executor_.get();
}

// What outlives its runner (containers do) holds the slot that it ran in until it is ended here, or by whoever has
// claimed the match since.
Result<bool> MatchWorker::end_former_run(const std::string& id) {
  const Context context = Context::within(store_patience);
  const auto stored = state_.ledger.find(id, context);
  if (!stored) return stored.error();
  if (!*stored) return true;  // pruned
  const Record& record = (*stored)->record;
  const bool held = !record.holder.empty() && record.lease_left && *record.lease_left > milliseconds(0);
  if (held) return (*stored)->match.state != MatchState::preparing;
  // The keeper is about to queue it, and then it goes next there.
  if (goes_next_in_its_slot(state_, (*stored)->match)) return false;
  const auto executor = this->executor();
  if (!executor) return executor.error();
  MatchPlan plan;
  plan.match_id = id;
  plan.unique_id = (*stored)->match.unique_id;
  plan.epoch = record.epoch + 1;
  plan.game = (*stored)->match.game;
  plan.spool_folder = (*stored)->match.spool_folder;
  const auto former = (*executor)->adopt(plan, context);  // ends it, as nobody goes on with it
  const bool ended =
      former || former.error().code == ErrorCode::not_found || former.error().code == ErrorCode::unsupported;
  return ended ? Result<bool>(true) : Result<bool>(former.error());
}

void MatchWorker::finish(Play play, RunWatch::End end) {
  const std::unique_ptr<MatchClaim>& claim = play.claim;
  const MatchPlan& plan = play.plan;
  const RunWatch& watch = *play.watch;
  play.run.reset();  // whatever is left of it is gone after this
  state_.streams.end(claim->match());
  if (end == RunWatch::End::lost) {
    executor_.reset();
    executor_is_needed_ = true;
  }
  const std::vector<SeatReport> seats =
      end == RunWatch::End::ended ? watch.seats() : with_the_rest_killed(claim->match().game, watch.seats());
  if (end == RunWatch::End::abandoned) {
    const bool closing = claim->lease().has(Signal::closing);
    if (!claim->lease().has(Signal::lost))
      give_back(play, closing ? "its runner closed" : "the lease of its runner ran out", /*counts=*/false, seats);
    return;
  }
  const bool was_lost = end == RunWatch::End::lost && !watch.stopped() && !watch.deadline_passed();
  if (was_lost && !is_last_attempt(claim->match())) {
    give_back(play, watch.infrastructure_error(), /*counts=*/true, seats);
    return;
  }

  RunFacts facts;
  facts.infrastructure_error = watch.stopped() || watch.deadline_passed() ? "" : watch.infrastructure_error();
  if (was_lost) facts.infrastructure_error += none_left;  // what is in the spool of it is kept
  if (watch.stopped()) facts.stop_reason = claim->stop_reason();
  facts.deadline_passed = watch.deadline_passed();
  facts.seats = seats;
  facts.result = result_of(claim->match());
  Outcome outcome = judge(claim->match().game, facts);
  if (may_lack_room(facts, outcome) && spool_is_full(plan.spool_folder)) {
    facts.infrastructure_error =
        "the spool's disk is full" + (outcome.reason.empty() ? std::string() : "; " + outcome.reason);
    outcome = judge(claim->match().game, facts);
  }

  MatchChange change;
  change.release_slot = true;
  change.events.push_back(match_event(claim->match(), "ended", outcome_body(outcome)));
  change.apply = [this, &outcome](Match& match) -> Result<void> {
    match.outcome = outcome;
    match.adoptable_until.reset();
    return step(match, MatchEvent::ended, state_.clocks.wall());
  };
  const auto committed = claim->commit(change);
  note_failure(*claim, committed);
  if (!committed) return;
  end_run_folder(plan.spool_folder);
  collector_.hand_over(std::move(play.claim));
}

// A start that came to nothing: an executor that is not to be reached may be replaced by one that is.
void MatchWorker::lose(Play& play, const Error& error) {
  MatchClaim& claim = *play.claim;
  if (error.code != ErrorCode::unavailable) return fail(play, error);
  state_.health.note(executor_part, error);
  executor_.reset();
  const auto again = executor();
  executor_is_needed_ = !again;
  if (claim.lease().has(Signal::stop_requested)) return fail(play, error);
  if (again && !is_looked_for(claim.match()) && !(*again)->capabilities_for(play.plan).wirings.empty())
    return give_back(play, error.describe(), /*counts=*/true);
  if (again) state_.held_back.hold(claim.match().id, state_.clocks.boot());
  if (is_looked_for(claim.match())) return state_.streams.end(claim.match());
  give_back(play, error.describe(), /*counts=*/false);
}

// Back into the queue, but for a match that somebody wants stopped: who gets it next would not learn of that.
void MatchWorker::give_back(Play& play, const std::string& why, bool counts, const std::vector<SeatReport>& seats) {
  MatchClaim& claim = *play.claim;
  const Match& match = claim.match();
  if (counts && is_last_attempt(match)) return fail(play, Error{ErrorCode::unavailable, why + none_left}, seats);
  if (claim.lease().has(Signal::stop_requested)) return fail(play, Error{ErrorCode::cancelled, why}, seats);
  state_.streams.end(match);
  MatchChange change;
  change.release = change.release_slot = true;
  const std::string folder = match.spool_folder;
  change.events.push_back(match_event(match, "lapse", text_body({{"reason", why}, {"runner", state_.options.name}})));
  change.apply = [this, counts](Match& again) -> Result<void> {
    if (again.stop_request) return Error{ErrorCode::cancelled, "it is to be stopped"};
    if (!counts) again.attempt -= 1;
    again.endpoints.clear();
    again.spool_folder.clear();
    again.adoptable_until.reset();
    return step(again, MatchEvent::lapse, state_.clocks.wall());
  };
  const auto committed = claim.commit(change);
  if (committed) clear_away(folder);  // not before the store has said that it is ours
  if (!committed && claim.lease().has(Signal::stop_requested)) return fail(play, committed.error(), seats);
  note_failure(claim, committed);
}

// What its seats had printed is collected, as after any other end.
void MatchWorker::fail(Play& play, const Error& error, const std::vector<SeatReport>& seats) {
  MatchClaim& claim = *play.claim;
  if (claim.lease().has(Signal::lost)) return state_.streams.end(claim.match());
  const bool stopped = claim.lease().has(Signal::stop_requested);
  if (!stopped && error.code == ErrorCode::cancelled && claim.lease().has(Signal::closing)) {
    if (is_looked_for(claim.match())) return state_.streams.end(claim.match());
    return give_back(play, "its runner closed", /*counts=*/false);
  }
  state_.streams.end(claim.match());
  const Match match = claim.match();
  const std::vector<std::string> printed = seats_that_printed(match.game, match.spool_folder);
  const bool keeps = !printed.empty();
  const std::string remains = keeps || match.adoptable_until ? std::string() : clear_away(match.spool_folder);
  const std::vector<SeatReport> ends = with_these_killed(printed, seats);
  RunFacts facts;
  facts.seats = ends;
  if (stopped)
    facts.stop_reason = claim.stop_reason();
  else
    facts.infrastructure_error = error.describe() + remains;
  const Outcome outcome = judge(match.game, facts);
  const MatchEvent event = keeps ? MatchEvent::ended : facts.stop_reason ? MatchEvent::stop : MatchEvent::fail;
  MatchChange change;
  change.release_slot = true;
  change.release = !keeps;
  change.events.push_back(match_event(match, std::string(to_string(event)), outcome_body(outcome)));
  change.apply = [&](Match& ended) -> Result<void> {
    ended.outcome = outcome;
    if (!keeps) ended.spool_folder.clear();
    ended.adoptable_until.reset();
    return step(ended, event, state_.clocks.wall());
  };
  const auto committed = claim.commit(change);
  if (committed && !keeps && match.adoptable_until) clear_away(match.spool_folder);
  note_failure(claim, committed);
  if (!committed || !keeps) return;
  end_run_folder(match.spool_folder);
  collector_.hand_over(std::move(play.claim));
}

// The lease runs out by itself then, and the match runs again; a caller in this process need not wait for that.
void MatchWorker::note_failure(MatchClaim& claim, const Result<void>& committed) {
  if (!committed && !claim.lease().has(Signal::lost)) state_.given_up.add(claim.match().id, committed.error());
}

}  // namespace matchrunner
