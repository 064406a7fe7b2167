// SPDX-License-Identifier: Apache-2.0
// How a worker begins a match that it has claimed:
//   claimed -its run may go on-> adopt -it does-> running, and stopped there if that was asked for
//      |                           | it is gone, and an attempt is left: in a new folder
//      +------------------------> prepare -> start -> running
// Where an executor that did not do it cannot be made anew, or is away for this match, or the spool has no room, the
// match is put off: back to the queue, and no attempt counts. One whose run may go on keeps its slot and folder until
// its lease lapses.
#include <cmath>

#include "codec/event_body.hpp"
#include "codec/resolve.hpp"
#include "codec/sealed_secrets.hpp"
#include "runtime/match_worker.hpp"
#include "runtime/prepare_news.hpp"
#include "runtime/told.hpp"
#include "services/match_step.hpp"

namespace matchrunner {
namespace {

milliseconds from_seconds(double seconds) { return milliseconds(std::llround(seconds * 1000)); }

Result<MatchPlan> plan_for(const Match& match, const Lease& lease, const SecretKeys& keys) {
  const auto request = request_with_secrets(match, keys);
  if (!request) return request.error();
  MatchPlan plan;
  plan.match_id = match.id;
  plan.unique_id = match.unique_id;
  plan.epoch = match.epoch;
  plan.game = with_secrets(match.game, *request);
  plan.spool_folder = match.spool_folder;
  plan.grace = from_seconds(match.game.grace_seconds.value_or(2));
  plan.lease_deadline = lease.deadline();
  return plan;
}

// In the attempt under way, of which `starting` is told first.
bool was_last_running(const std::vector<StateTime>& times) {
  for (auto time = times.rbegin(); time != times.rend(); ++time)
    if (time->state == MatchState::running || time->state == MatchState::starting)
      return time->state == MatchState::running;
  return false;
}

// Of an executor that was to adopt it.
bool is_gone(const Error& error) { return error.code == ErrorCode::not_found || error.code == ErrorCode::unsupported; }

Error no_attempt_left() {
  return {ErrorCode::unavailable, "its runner is gone, and so is its run; no attempt is left"};
}

}  // namespace

std::unique_ptr<Run> MatchWorker::begin(Play& play) {
  MatchClaim& claim = *play.claim;
  MatchPlan& plan = play.plan;
  auto its_plan = plan_for(claim.match(), claim.lease(), state_.ledger.keys());
  if (!its_plan) return fail(play, its_plan.error()), nullptr;
  plan = *std::move(its_plan);
  plan.follow_output = state_.streams.want_output(claim.match());
  const bool may_go_on = claim.match().adoptable_until.has_value();
  if (!may_go_on)
    if (auto made = make_run_folder(plan.spool_folder); !made || spool_is_full(plan.spool_folder))
      return lack_room(play, made ? Error{ErrorCode::resource_exhausted, "the spool's disk is full"} : made.error()),
             nullptr;
  state_.streams.begin(claim.match());
  const Context context = Context::within(std::chrono::hours(1), claim.lease().next_signal());
  // What was raised before that will not be raised again.
  for (const Signal signal : {Signal::lost, Signal::closing, Signal::stop_requested})
    if (claim.lease().has(signal) && (signal != Signal::stop_requested || !may_go_on))
      return fail(play, Error{ErrorCode::cancelled, "it was to end before it began"}), nullptr;
  const auto executor = this->executor();
  if (!executor) return lose(play, executor.error()), nullptr;

  if (may_go_on) {
    auto adopted = adopt(play, context);
    // Somebody wants it stopped, for which it has to be found.
    const bool was_told = !adopted && adopted.error().code == ErrorCode::cancelled;
    if (was_told && !claim.lease().has(Signal::lost) && !claim.lease().has(Signal::closing))
      adopted = adopt(play, Context::within(std::chrono::hours(1), claim.lease().next_signal()));
    if (adopted) return *std::move(adopted);
    if (!claim.held()) return nullptr;
    if (!is_gone(adopted.error())) return lose(play, adopted.error()), nullptr;
    if (claim.lease().has(Signal::stop_requested)) return fail(play, adopted.error()), nullptr;
    if (!begin_anew(play)) return nullptr;
  } else if (claim.match().epoch > 1) {
    // An earlier run of this match may still have processes here, when its runner was killed or froze: no second one
    // begins before they have ended.
    auto swept = (*executor)->adopt(plan, context);
    if (!swept && !is_gone(swept.error())) {
      Error error = std::move(swept).error();
      if (error.code != ErrorCode::cancelled) error.code = ErrorCode::unavailable;
      return lose(play, error), nullptr;
    }
  }
  // Queued for a run that may go on where it is, which is on another host.
  if (claim.match().attempt > claim.match().game.attempts.value_or(1)) return fail(play, no_attempt_left()), nullptr;
  const auto news = std::make_shared<PrepareNews>(state_, claim);
  plan.tell = [news](const PrepareProgress& progress) { news->tell(progress); };
  const auto prepared = (*executor)->prepare(plan, context);
  news->close();
  plan.tell = nullptr;
  if (!prepared) return lose(play, prepared.error()), nullptr;
  if (auto noted = set_out(play, MatchEvent::prepared, nullptr); !noted)
    return give_back(play, noted.error().describe(), /*counts=*/true), nullptr;
  plan.lease_deadline = claim.lease().deadline();  // renewed meanwhile, when there was much to prepare
  const auto start_news = std::make_shared<PrepareNews>(state_, claim);
  plan.tell_start = [start_news](const StartProgress& progress) { start_news->tell(progress); };
  auto run = (*executor)->start(plan, context);
  start_news->close();
  plan.tell_start = nullptr;
  if (!run) return lose(play, run.error()), nullptr;
  state_.health.note(executor_part, {});
  state_.held_back.let_go(claim.match().id);
  if (auto started = set_out(play, MatchEvent::started, run->get()); !started) {
    run->reset();
    return give_back(play, started.error().describe(), /*counts=*/true), nullptr;
  }
  return *std::move(run);
}

// Nothing of it has begun: it waits until there is room, or for a runner that has some. But where one match is all that
// is to be run, somebody waits for it.
void MatchWorker::lack_room(Play& play, const Error& error) {
  if (error.code != ErrorCode::resource_exhausted || !state_.options.only_match.empty()) return fail(play, error);
  state_.health.note(executor_part, error);
  state_.held_back.hold(play.claim->match().id, state_.clocks.boot());
  give_back(play, error.describe(), /*counts=*/false);
}

// What the journal has is settled: this claim has fenced out whoever wrote it.
Result<std::unique_ptr<Run>> MatchWorker::adopt(Play& play, const Context& context) {
  MatchClaim& claim = *play.claim;
  const auto told = read_told(*state_.options.store, claim.match().id, context);
  if (!told) return told.error();
  play.plan.lines_told = told->lines;
  auto run = executor_->adopt(play.plan, context);
  if (!run) return run;
  play.seats_told = told->seats;
  state_.health.note(executor_part, {});
  if (auto noted = set_out(play, MatchEvent::adopted, run->get()); !noted) {
    run->reset();
    return Error{ErrorCode::unavailable, noted.error().describe()};
  }
  return run;
}

// In a folder of its own: whoever had the earlier run may wake up, and write to that.
bool MatchWorker::begin_anew(Play& play) {
  MatchClaim& claim = *play.claim;
  const Match& match = claim.match();
  if (match.attempt >= match.game.attempts.value_or(1)) return fail(play, no_attempt_left()), false;
  const std::string earlier = match.spool_folder;
  state_.streams.end(match);
  const std::string folder = state_.spool.new_run_folder(match);
  MatchChange change;
  change.apply = [&, attempt = match.attempt + 1, now = state_.clocks.wall()](Match& again) -> Result<void> {
    again.attempt = attempt;
    again.adoptable_until.reset();
    again.spool_folder = folder;
    enter(again, MatchState::preparing, now);
    return {};
  };
  if (auto noted = claim.commit(change); !noted)
    return give_back(play, noted.error().describe(), /*counts=*/true), false;
  [[maybe_unused]] const auto removed = remove_run_folder(earlier);  // else by the next sweep of the spool
  play.plan.spool_folder = folder;
  play.plan.lines_told = 0;
  if (auto made = make_run_folder(folder); !made) return fail(play, made.error()), false;
  state_.streams.begin(claim.match());
  return true;
}

Result<void> MatchWorker::set_out(Play& play, MatchEvent event, const Run* run) {
  MatchClaim& claim = *play.claim;
  MatchChange change;
  const auto endpoints = run ? run->endpoints() : std::vector<SeatEndpoint>();
  const ExecutorCapabilities can = executor_->capabilities_for(play.plan);
  const Time until = event == MatchEvent::adopted
                         ? *claim.match().adoptable_until
                         : state_.clocks.wall() + from_seconds(claim.match().game.deadline_seconds.value_or(3600));
  if (run) change.due_at = until;
  change.events.push_back(match_event(claim.match(), std::string(to_string(event)),
                                      run ? started_body(endpoints, can.isolation) : std::string("{}")));
  change.apply = [&](Match& match) -> Result<void> {
    match.endpoints = endpoints;
    match.isolation = can.isolation;
    if (can.adopts) match.adoptable_until = until;  // what starts now outlives its runner, too
    const std::vector<StateTime> times = match.times;
    auto stepped = step(match, event, state_.clocks.wall());
    // It has been running since it was started, if that was told.
    if (event == MatchEvent::adopted && was_last_running(times)) match.times = times;
    return stepped;
  };
  return claim.commit(change);
}

}  // namespace matchrunner
