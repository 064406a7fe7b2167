// SPDX-License-Identifier: Apache-2.0
#include "conformance/executor_checks.hpp"

namespace matchrunner::conformance {
namespace {

void it_can_start_and_wire_something(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const ExecutorCapabilities can = trial.executor().capabilities();
  expect(can.commands || can.images || can.custom, "one way to start a seat");
  expect(!can.wirings.empty(), "one wiring");
  expect(!can.isolation.tier.empty(), "a word for its isolation");
}

void a_program_leaves_logs_result_and_artifacts(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.program({{"print", "to stdout"},
                                        {"print_error", "to stderr"},
                                        {"result", "{\"scores\": {\"main\": 1}}"},
                                        {"output", "game.txt=1. e4 e5"}});
  const Story story = trial.play(plan);
  expect(story.ended(), "it ends");
  trial.verdict(story, "main", Verdict::ok);
  expect(trial.report_of(story, "main").exit_code == 0, "with exit code 0");
  expect(contents(plan.spool_folder + "/logs/main.stdout") == "to stdout\n", "its stdout is kept");
  expect(contents(plan.spool_folder + "/logs/main.stderr") == "to stderr\n", "its stderr is kept");
  expect(contents(plan.spool_folder + "/result.json") == "{\"scores\": {\"main\": 1}}", "its result is kept");
  expect(contents(plan.spool_folder + "/output/game.txt") == "1. e4 e5", "its artifact is kept");
}

void no_result_is_no_file(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.program({{"print", "nothing to say"}});
  expect(trial.play(plan).ended(), "it ends");
  expect(!exists(plan.spool_folder + "/result.json"), "no result file");
}

void lines_come_in_order_and_before_the_end(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  constexpr int count = 100;
  Steps steps;
  for (int i = 0; i < count; ++i)
    steps.push_back({"event", "{\"type\": \"progress\", \"move\": " + std::to_string(i) + "}"});
  const Story story = trial.play(trial.program(steps));
  const std::vector<std::string> lines = story.lines();
  expect(lines.size() == count, "every line, once: " + std::to_string(lines.size()));
  for (std::size_t i = 0; i < lines.size(); ++i)
    expect(lines[i] == "{\"type\": \"progress\", \"move\": " + std::to_string(i) + "}", "line " + std::to_string(i));
  expect(story.ended(), "the end comes last");
}

void every_seat_is_reported_once(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.duel({{"result", "{}"}}, {{"exit", "0"}}, {{"hang"}});
  const auto run = trial.start(plan);
  if (!run) return;
  const std::vector<SeatEndpoint> endpoints = run->endpoints();
  if (expect(endpoints.size() == 3, "an endpoint for each seat"))
    for (std::size_t i = 0; i < 3; ++i)
      expect(endpoints[i].seat == plan.game.seats[i].name, "endpoints in the order of the plan");
  const Story story = trial.follow(*run);
  std::size_t ends = 0;
  for (const RunReport& report : story.reports) ends += report.kind == RunReport::Kind::seat_ended ? 1U : 0U;
  expect(ends == 3, "three ends: " + std::to_string(ends));
  for (const Seat& seat : plan.game.seats) trial.report_of(story, seat.name);
}

void a_players_stdout_is_not_a_log(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  const MatchPlan plan = trial.duel({{"print_error", "the referee"}}, {{"print_error", "white"}}, {{"exit", "0"}});
  expect(trial.play(plan).ended(), "it ends");
  expect(!exists(plan.spool_folder + "/logs/white.stdout"), "no log of what goes to the referee");
  expect(contents(plan.spool_folder + "/logs/referee.stderr") == "the referee\n", "stderr of the referee");
}

void output_beyond_the_limit_is_cut(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({{"print", std::string(1000, 'x')}});
  plan.game.seats[0].limits.output_bytes = 100;
  const Story story = trial.play(plan);
  trial.verdict(story, "main", Verdict::ok);
  expect(trial.report_of(story, "main").truncated, "the report says so");
  const std::string log = contents(plan.spool_folder + "/logs/main.stdout");
  expect(log.substr(0, 100) == std::string(100, 'x'), "what is within the limit is kept");
  expect(log.find('x', 100) == std::string::npos, "what is beyond it is not");
}

void a_seat_it_cannot_start_is_unsupported(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  MatchPlan plan = trial.program({});
  Seat& seat = plan.game.seats[0];
  const ExecutorCapabilities can = trial.executor().capabilities();
  seat.command.reset();
  seat.image.reset();
  seat.custom.reset();
  seat.arguments.clear();
  (can.images ? seat.custom : seat.image) = "{}";
  if (can.images && can.custom) return;
  fails(expect, trial.executor().prepare(plan, patient()), ErrorCode::unsupported, "prepare");
}

void a_missing_command_is_not_found(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  for (const std::string command : {"matchrunner-no-such-command", "/matchrunner/no/such/command", "./no-such-file"}) {
    MatchPlan plan = trial.program({});
    plan.game.seats[0].command = command;
    const auto prepared = trial.executor().prepare(plan, patient());
    fails(expect, prepared, ErrorCode::not_found, command);
    if (!prepared)
      expect(prepared.error().message.find(command.substr(command[0] == '.' ? 2 : 0)) != std::string::npos,
             "the message names " + command);
  }
}

void runs_follow_each_other_and_overlap(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect);
  if (!trial) return;
  for (int i = 0; i < 3; ++i) trial.verdict(trial.play(trial.program({{"print", "again"}})), "main", Verdict::ok);
  const MatchPlan first = trial.program({{"print", "one"}});
  const MatchPlan second = trial.program({{"print", "two"}});
  const auto one = trial.start(first);
  const auto two = trial.start(second);
  if (!one || !two) return;
  trial.verdict(trial.follow(*two), "main", Verdict::ok);
  trial.verdict(trial.follow(*one), "main", Verdict::ok);
  expect(contents(first.spool_folder + "/logs/main.stdout") == "one\n", "each in its own folder");
  expect(contents(second.spool_folder + "/logs/main.stdout") == "two\n", "each in its own folder");
}

}  // namespace

std::span<const ExecutorCheck> executor_report_checks() {
  static constexpr ExecutorCheck checks[] = {
      {"it_can_start_and_wire_something", always, it_can_start_and_wire_something},
      {"a_program_leaves_logs_result_and_artifacts", always, a_program_leaves_logs_result_and_artifacts},
      {"no_result_is_no_file", always, no_result_is_no_file},
      {"lines_come_in_order_and_before_the_end", always, lines_come_in_order_and_before_the_end},
      {"every_seat_is_reported_once", can_wire, every_seat_is_reported_once},
      {"a_players_stdout_is_not_a_log", can_wire, a_players_stdout_is_not_a_log},
      {"output_beyond_the_limit_is_cut", always, output_beyond_the_limit_is_cut},
      {"a_seat_it_cannot_start_is_unsupported", always, a_seat_it_cannot_start_is_unsupported},
      {"a_missing_command_is_not_found", by_command, a_missing_command_is_not_found},
      {"runs_follow_each_other_and_overlap", always, runs_follow_each_other_and_overlap},
  };
  return checks;
}

}  // namespace matchrunner::conformance
