// SPDX-License-Identifier: Apache-2.0
#include "conformance/executor_checks.hpp"

namespace matchrunner::conformance {
namespace {

constexpr milliseconds moment{300};

void an_exit_code_is_reported(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const Story story = trial.play(trial.program({{"exit", "3"}}));
  trial.verdict(story, "main", Verdict::exited);
  const SeatReport report = trial.report_of(story, "main");
  expect(report.exit_code == 3, "the code");
  expect(!report.signal, "and no signal");
}

void a_crash_is_reported(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const Story story = trial.play(trial.program({{"crash", "11"}}));
  trial.verdict(story, "main", Verdict::crashed);
  const SeatReport report = trial.report_of(story, "main");
  expect(report.signal == 11, "the signal");
  expect(!report.exit_code, "and no exit code");
}

void players_left_are_ended_and_ok(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.duel({{"result", "{}"}}, {{"hang"}}, {{"hang"}});
  plan.grace = moment;
  const Story story = trial.play(plan);
  expect(story.ended(), "it ends with the referee");
  for (const Seat& seat : plan.game.seats) trial.verdict(story, seat.name, Verdict::ok);
  if (story.ended()) expect(story.reports.back().infrastructure_error.empty(), "and nobody is to blame");
}

void players_left_by_a_bad_referee_are_killed(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.duel({{"exit", "1"}}, {{"hang"}}, {{"hang"}});
  plan.grace = moment;
  const Story story = trial.play(plan);
  trial.verdict(story, "referee", Verdict::exited);
  trial.verdict(story, "white", Verdict::killed);
}

void a_players_bad_end_is_kept(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const auto run = trial.start(trial.duel({{"hang"}}, {{"exit", "2"}}, {{"crash", "6"}}));
  if (!run) return;
  Story story;
  while (story.seat("white") == nullptr || story.seat("black") == nullptr) {
    auto report = run->poll(patient());
    if (!succeeds(expect, report, "poll") || !expect(report->has_value(), "players are reported while the match runs"))
      return;
    story.reports.push_back(**std::move(report));
  }
  trial.verdict(story, "white", Verdict::exited);
  trial.verdict(story, "black", Verdict::crashed);
  expect(run->stop(milliseconds(0)).has_value(), "stop");
  trial.verdict(trial.follow(*run), "referee", Verdict::killed);
}

void stop_kills_what_is_left(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.program({{"print", "before"}, {"hang"}});
  const auto run = trial.start(plan);
  if (!run) return;
  expect(run->stop(moment).has_value(), "stop");
  expect(run->stop(milliseconds(0)).has_value(), "and again, sooner");
  const Story story = trial.follow(*run);
  expect(story.ended(), "it ends");
  trial.verdict(story, "main", Verdict::killed);
}

void poll_waits_no_longer_than_asked(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const auto run = trial.start(trial.program({{"hang"}}));
  if (!run) return;
  const auto report = run->poll(Context::within(milliseconds(1)));
  if (succeeds(expect, report, "poll")) expect(!report->has_value(), "nothing has happened");
  fails(expect, run->poll(stopped()), ErrorCode::cancelled, "poll of a caller that was stopped");
  expect(run->stop(milliseconds(0)).has_value(), "stop");
  trial.verdict(trial.follow(*run), "main", Verdict::killed);
}

void a_run_that_is_dropped_ends(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.program({{"hang"}});
  trial.start(plan).reset();
  // The same run may begin again: nothing of the first is left.
  MatchPlan again = trial.program({{"print", "second"}});
  again.match_id = plan.match_id;
  again.unique_id = plan.unique_id;
  trial.verdict(trial.play(again), "main", Verdict::ok);
}

void a_lease_that_runs_out_ends_the_run(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({{"hang"}});
  plan.lease_deadline = BootClock::now() + moment;
  const auto run = trial.start(plan);
  if (!run) return;
  const Story story = trial.follow(*run);
  expect(BootClock::now() >= plan.lease_deadline, "not before its time");
  expect(story.lost || (story.ended() && !story.reports.back().infrastructure_error.empty()),
         "the host's fault, not the seat's");
}

void a_lease_that_is_extended_goes_on(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({{"hang"}});
  plan.lease_deadline = BootClock::now() + moment;
  const auto run = trial.start(plan);
  if (!run) return;
  expect(run->extend_lease(BootClock::now() + std::chrono::hours(1)).has_value(), "extend_lease");
  while (BootClock::now() < plan.lease_deadline + moment) {
    const auto report = run->poll(Context::within(moment));
    if (!succeeds(expect, report, "poll") || !expect(!report->has_value(), "the run goes on")) return;
  }
  expect(run->stop(milliseconds(0)).has_value(), "stop");
  const Story story = trial.follow(*run);
  if (expect(story.ended(), "it ends")) expect(story.reports.back().infrastructure_error.empty(), "and was not lost");
}

void a_run_that_has_ended_is_not_adopted(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({{"print", "once"}});
  expect(trial.play(plan).ended(), "it ends");
  const ErrorCode code = trial.executor().capabilities().adopts ? ErrorCode::not_found : ErrorCode::unsupported;
  const auto same = trial.executor().adopt(plan, patient());
  expect(!same && (same.error().code == ErrorCode::not_found || same.error().code == code), "the same epoch");
  plan.epoch = 2;
  const auto later = trial.executor().adopt(plan, patient());
  expect(!later && (later.error().code == ErrorCode::not_found || later.error().code == code), "a later one");
}

void adopting_ends_an_older_run(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.program({{"hang"}});
  const auto run = trial.start(plan);
  if (!run) return;
  MatchPlan later = trial.program({{"hang"}});  // in another folder
  later.match_id = plan.match_id;
  later.unique_id = plan.unique_id;
  later.epoch = plan.epoch + 1;
  const auto adopted = trial.executor().adopt(later, patient());
  if (!expect(!adopted, "there is no run in that folder")) return;
  if (adopted.error().code == ErrorCode::unsupported) return;
  fails(expect, adopted, ErrorCode::not_found, "adopt");
  const Story story = trial.follow(*run);
  expect(story.lost || (story.ended() && !story.reports.back().infrastructure_error.empty()),
         "the older run has ended");
}

// Two stores of two applications, say, both with a match "final".
void matches_of_one_id_do_not_meet(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan one = trial.program({{"hang"}});
  one.unique_id = "of-one-store";
  const auto run = trial.start(one);
  if (!run) return;
  MatchPlan other = trial.program({{"print", "other"}});
  other.match_id = one.match_id;
  other.unique_id = "of-another-store";
  trial.verdict(trial.play(other), "main", Verdict::ok);
  other.epoch = one.epoch + 1;
  expect(!trial.executor().adopt(other, patient()), "it does not run");
  const auto report = run->poll(Context::within(moment));
  if (succeeds(expect, report, "poll")) expect(!report->has_value(), "the one goes on");
  expect(run->stop(milliseconds(0)).has_value(), "stop");
  const Story story = trial.follow(*run);
  if (expect(story.ended(), "it ends")) expect(story.reports.back().infrastructure_error.empty(), "and was not lost");
}

void wall_time_is_a_limit(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({{"hang"}});
  plan.game.seats[0].limits.wall_seconds = 0.2;
  const Story story = trial.play(plan);
  trial.verdict(story, "main", Verdict::timeout);
  expect(trial.report_of(story, "main").wall_seconds >= 0.2, "not before its time");
}

}  // namespace

std::span<const ExecutorCheck> executor_end_checks() {
  static constexpr ExecutorCheck checks[] = {
      {"an_exit_code_is_reported", always, an_exit_code_is_reported},
      {"a_crash_is_reported", always, a_crash_is_reported},
      {"players_left_are_ended_and_ok", can_wire, players_left_are_ended_and_ok},
      {"players_left_by_a_bad_referee_are_killed", can_wire, players_left_by_a_bad_referee_are_killed},
      {"a_players_bad_end_is_kept", can_wire, a_players_bad_end_is_kept},
      {"stop_kills_what_is_left", always, stop_kills_what_is_left},
      {"poll_waits_no_longer_than_asked", always, poll_waits_no_longer_than_asked},
      {"a_run_that_is_dropped_ends", always, a_run_that_is_dropped_ends},
      {"a_lease_that_runs_out_ends_the_run", always, a_lease_that_runs_out_ends_the_run},
      {"a_lease_that_is_extended_goes_on", always, a_lease_that_is_extended_goes_on},
      {"a_run_that_has_ended_is_not_adopted", always, a_run_that_has_ended_is_not_adopted},
      {"adopting_ends_an_older_run", by_program, adopting_ends_an_older_run},
      {"matches_of_one_id_do_not_meet", always, matches_of_one_id_do_not_meet},
      {"wall_time_is_a_limit", by_program, wall_time_is_a_limit},
  };
  return checks;
}

}  // namespace matchrunner::conformance
