// SPDX-License-Identifier: Apache-2.0
#include "runtime/match_claim.hpp"

#include <algorithm>
#include <utility>

#include "base/backoff.hpp"
#include "codec/event_body.hpp"
#include "codec/match_record.hpp"
#include "services/match_step.hpp"

namespace matchrunner {
namespace {

constexpr std::size_t longest_look = 1000;  // records, past those that are held back
constexpr Backoff claim_retries{milliseconds(2), milliseconds(200)};

// Nobody may act on a lease for longer than the store grants it: the deadline counts from before the commit.
std::shared_ptr<Lease> new_lease(RunnerState& state, RecordKey key, std::uint64_t epoch, BootClock::time_point before) {
  auto lease = std::make_shared<Lease>(std::move(key), epoch, before + usable(state.options.lease));
  state.leases.add(lease);
  return lease;
}

// A claim may have been done although the store did not say so. Its run folder is like no other's, but that of a run
// that may go on: by that and its holder it is known.
Result<CommitReceipt> claimed_after_all(RunnerState& state, const Match& match, const std::string& slot,
                                        const Error& error) {
  const Context context = Context::within(state.options.lease / 3);
  const auto stored = state.ledger.find(match.id, context);
  if (!stored || !*stored || (*stored)->match.spool_folder != match.spool_folder ||
      (*stored)->record.holder != state.options.name)
    return error;
  const auto held = state.options.store->find({"slot", slot}, context);
  if (!held || !*held) return error;
  return CommitReceipt{{(*stored)->record.version, (*held)->version}, {(*stored)->record.epoch, (*held)->epoch}, 0, {}};
}

Result<std::optional<StoredMatch>> next_queued(RunnerState& state, const Context& context) {
  if (!state.options.only_match.empty()) {
    auto found = state.ledger.find(state.options.only_match, context);
    if (!found) return found.error();
    const bool waits = *found && state.held_back.holds((*found)->match.id, state.clocks.boot());
    if (waits || (*found && (*found)->match.state != MatchState::queued)) return std::optional<StoredMatch>();
    return found;
  }
  RecordQuery query;
  query.kind = "match";
  query.states = {std::string(to_string(MatchState::queued))};
  query.limit = static_cast<std::uint32_t>(std::min<std::size_t>(1 + state.held_back.count(), longest_look));
  const auto page = state.options.store->list(query, context);
  if (!page) return page.error();
  const auto now = state.clocks.boot();
  const auto next = std::find_if(page->records.begin(), page->records.end(),
                                 [&](const Record& record) { return !state.held_back.holds(record.id, now); });
  if (next == page->records.end()) return std::optional<StoredMatch>();
  auto match = match_from(*next);
  if (!match) return match.error();
  return std::optional<StoredMatch>(StoredMatch{*std::move(match), *next});
}

bool may_go_on_here(const RunnerState& state, const Match& match) {
  return match.adoptable_until && match.spool_host == state.host_name;
}

// The match that was in a slot when it lapsed, if it is its turn.
Result<std::optional<Match>> still_in_its_slot(RunnerState& state, const std::string& former, const Context& context) {
  auto stored = state.ledger.find(former, context);
  if (!stored) return stored.error();
  if (!*stored || (*stored)->match.state != MatchState::queued || !goes_next_in_its_slot(state, (*stored)->match))
    return std::optional<Match>();
  return std::optional<Match>(std::move((*stored)->match));
}

}  // namespace

// Who runs one match only would wait for others in vain.
bool goes_next_in_its_slot(const RunnerState& state, const Match& match) {
  return state.options.only_match.empty() && may_go_on_here(state, match) && !is_terminal(match.state);
}

MatchClaim::MatchClaim(RunnerState& state, Match match, std::shared_ptr<Lease> lease, std::shared_ptr<Lease> slot)
    : state_(state), match_(std::move(match)), lease_(std::move(lease)), slot_(std::move(slot)) {}

MatchClaim::~MatchClaim() {
  if (slot_) state_.leases.remove(slot_);
  state_.leases.remove(lease_);
}

Result<std::unique_ptr<MatchClaim>> MatchClaim::take_next(RunnerState& state, const EndFormer& end_former) {
  const Context context = Context::within(store_patience);
  const Lock lock(state.claiming);
  for (int tries = 1;; ++tries) {
    auto queued = next_queued(state, context);
    if (!queued) return queued.error();
    if (!*queued) return std::unique_ptr<MatchClaim>();
    Match match = std::move((*queued)->match);
    const auto free = state.pool.free_slot(match.id, context);
    if (!free) return free.error();
    if (!*free) return std::unique_ptr<MatchClaim>();
    if (const std::string& former = (*free)->subject; !former.empty() && former != match.id) {
      auto goes_on = still_in_its_slot(state, former, context);
      if (!goes_on) return goes_on.error();
      const auto ended = *goes_on ? Result<bool>(true) : end_former(former);
      if (!ended) return ended.error();
      if (!*ended) return std::unique_ptr<MatchClaim>();
      if (*goes_on) match = **std::move(goes_on);
    }

    const bool may_go_on = may_go_on_here(state, match);
    const std::vector<StateTime> times = match.times;
    if (auto stepped = step(match, MatchEvent::claim, state.clocks.wall()); !stepped) return stepped.error();
    match.holder = state.options.name;
    match.epoch += 1;
    if (may_go_on) {
      match.times = times;  // those of its run, which may still be under way
    } else {
      match.attempt += 1;
      match.spool_host = state.host_name;
      match.spool_folder = state.spool.new_run_folder(match);
      match.adoptable_until.reset();
    }

    Write match_write{to_record(match), LeaseChange::claim, state.options.lease};
    match_write.record.holder = state.options.name;
    Write slot_write{**free, LeaseChange::claim, state.options.lease};
    slot_write.record.subject = match.id;
    slot_write.record.holder = state.options.name;
    const auto before = state.clocks.boot();
    auto receipt = state.commit(
        {{match_write, slot_write}, {match_event(match, "claim", claim_body(match.holder, match.attempt))}}, context);
    if (!receipt && receipt.error().code != ErrorCode::conflict)
      receipt = claimed_after_all(state, match, (*free)->id, receipt.error());
    if (receipt) {
      match.version = receipt->versions[0];
      match.epoch = receipt->epochs[0];
      auto lease = new_lease(state, {"match", match.id}, receipt->epochs[0], before);
      auto slot = new_lease(state, {"slot", (*free)->id}, receipt->epochs[1], before);
      // Of an earlier run that was given back before it could obey: no event will tell of it again.
      if (match.stop_request) lease->raise(Signal::stop_requested);
      return std::unique_ptr<MatchClaim>(new MatchClaim(state, std::move(match), std::move(lease), std::move(slot)));
    }
    if (receipt.error().code != ErrorCode::conflict) return receipt.error();
    state.clocks.pause(wait_after(tries, claim_retries), context);  // another runner took the match or the slot
    if (state.work.closed()) return std::unique_ptr<MatchClaim>();
    if (auto live = context.check(); !live) return live.error();
  }
}

Result<std::unique_ptr<MatchClaim>> MatchClaim::take_over(RunnerState& state, const StoredMatch& stored,
                                                          const MatchChange& change) {
  const Context context = Context::within(store_patience);
  Match match = stored.match;
  Batch batch;
  match.epoch += 1;
  match.holder = state.options.name;
  batch.events = change.events;
  if (change.apply) {
    if (auto applied = change.apply(match); !applied) return std::move(applied).error();
  } else if (match.state == MatchState::collecting) {
    if (auto stepped = step(match, MatchEvent::lapse, state.clocks.wall()); !stepped) return stepped.error();
    const std::string why = "its runner " + stored.match.holder + " is gone";
    batch.events.push_back(match_event(match, "lapse", text_body({{"reason", why}, {"runner", match.holder}})));
  }
  Write write{to_record(match), LeaseChange::claim, state.options.lease};
  write.record.holder = state.options.name;
  write.record.due_at = change.apply ? change.due_at : stored.record.due_at;  // it goes on to wait while it is tried
  batch.writes.push_back(std::move(write));
  const auto before = state.clocks.boot();
  const auto receipt = state.commit(batch, context);
  if (!receipt && receipt.error().code == ErrorCode::conflict) return std::unique_ptr<MatchClaim>();
  if (!receipt) return receipt.error();
  match.version = receipt->versions[0];
  match.epoch = receipt->epochs[0];
  auto lease = new_lease(state, {"match", match.id}, match.epoch, before);
  return std::unique_ptr<MatchClaim>(new MatchClaim(state, std::move(match), std::move(lease), nullptr));
}

Result<void> MatchClaim::reread(const Context& context) {
  auto stored = state_.ledger.get(match_.id, context);
  if (!stored) return stored.error();
  const bool held = stored->record.epoch == lease_->epoch() && stored->record.holder == state_.options.name;
  if (!held) {
    lease_->raise(Signal::lost);
    return Error{ErrorCode::conflict, "match " + match_.id + " is another runner's now"};
  }
  match_ = std::move(stored->match);
  due_at_ = stored->record.due_at;
  if (match_.stop_request) lease_->raise(Signal::stop_requested);
  return {};
}

std::string MatchClaim::stop_reason() {
  if (!match_.stop_request) [[maybe_unused]]
    const auto again = reread(Context::within(store_patience));
  return match_.stop_request.value_or("stopped on request");
}

Result<Write> MatchClaim::slot_write(const Context& context) {
  const auto slot = state_.options.store->find(slot_->key(), context);
  if (!slot) return slot.error();
  if (!*slot || (*slot)->epoch != slot_->epoch()) return Error{ErrorCode::not_found, "the slot is gone"};
  Write write{**slot, LeaseChange::release};
  write.record.subject.clear();
  return write;
}

// A commit whose answer was lost may have been done: then what it tells stands in the journal after `since`.
Result<bool> MatchClaim::was_done(const Batch& batch, std::uint64_t since, const Context& context) {
  if (batch.events.empty()) return false;
  const Event& told = batch.events.back();
  EventQuery query;
  query.after = since;
  query.kind = told.kind;
  query.subject = told.subject;
  const auto page = state_.options.store->events(query, context);
  if (!page) return page.error();
  return std::any_of(page->events.begin(), page->events.end(), [&](const Event& event) {
    return event.epoch == told.epoch && event.type == told.type && event.body == told.body;
  });
}

void MatchClaim::note_release(const MatchChange& change) {
  if (change.release_slot && slot_) {
    state_.leases.remove(slot_);
    slot_.reset();
    state_.work.poke();
  }
  if (!change.release) return;
  released_ = true;
  state_.leases.remove(lease_);
}

Result<void> MatchClaim::commit(const MatchChange& change) {
  // As long as the lease, which the keeper may be renewing: a store that is slow for once is not one that refuses.
  auto give_up_at = change.patience ? state_.clocks.boot() + *change.patience : BootClock::time_point::max();
  // What is given back late harms nobody: the store takes it only while nobody else has the match.
  const auto at_least_until =
      change.release ? state_.clocks.boot() + state_.options.lease / 3 : BootClock::time_point::min();
  const auto end = [&] { return std::max(std::min(lease_->deadline(), give_up_at), at_least_until); };
  const std::uint64_t since = state_.news->head();
  bool unsure = false;  // a try came to an error that may have been the answer's alone
  std::optional<Error> refusal;
  for (int tries = 1;; ++tries) {
    if (lease_->has(Signal::lost)) return Error{ErrorCode::conflict, "match " + match_.id + " is another runner's now"};
    const auto left = end() - state_.clocks.boot();
    const Context context = Context::within(std::max(std::chrono::floor<milliseconds>(left), milliseconds(1)));
    Match match = match_;
    if (change.apply)
      if (auto applied = change.apply(match); !applied) return applied;
    if (change.release) match.holder.clear();
    Batch batch;
    batch.events = change.events;
    Write write{to_record(match), change.release ? LeaseChange::release : LeaseChange::keep};
    write.record.epoch = lease_->epoch();
    write.record.holder = state_.options.name;
    write.record.due_at = change.apply ? change.due_at : due_at_;
    batch.writes.push_back(std::move(write));
    std::optional<Error> unread;
    if (change.release_slot && slot_) {
      auto slot = slot_write(context);
      if (slot)
        batch.writes.push_back(*std::move(slot));
      else if (slot.error().code != ErrorCode::not_found)
        unread = slot.error();
    }
    const auto receipt = unread ? Result<CommitReceipt>(*unread) : state_.commit(batch, context);
    if (receipt) {
      match.version = receipt->versions[0];
      match_ = std::move(match);
      due_at_ = batch.writes[0].record.due_at;
      note_release(change);
      return {};
    }
    const bool conflict = receipt.error().code == ErrorCode::conflict;
    const auto done = conflict && unsure ? was_done(batch, since, context) : Result<bool>(false);
    if (done && *done) {
      match_ = std::move(match);
      due_at_ = batch.writes[0].record.due_at;
      // A match given back is whoever's it is now; of one that is held the newest version counts.
      if (!change.release) [[maybe_unused]]
        const auto again = reread(context);
      note_release(change);
      return {};
    }
    const auto now = state_.clocks.boot();
    if (!conflict) give_up_at = std::min(give_up_at, now + state_.options.lease);
    if (!refusal || context.check()) refusal = receipt.error();  // what fails for want of time tells nothing of why
    if (receipt.error().code == ErrorCode::corrupt_data || now >= end()) return *refusal;
    unsure = unsure || !conflict;
    state_.clocks.pause(wait_after(tries, claim_retries), context);
    if (conflict && done)
      if (auto again = reread(context); !again && again.error().code == ErrorCode::conflict) return again;
  }
}

}  // namespace matchrunner
