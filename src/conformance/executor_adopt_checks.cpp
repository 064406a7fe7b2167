// SPDX-License-Identifier: Apache-2.0
#include "conformance/executor_checks.hpp"

namespace matchrunner::conformance {
namespace {

constexpr milliseconds look{300};
constexpr const char* first_line = "{\"type\": \"progress\", \"move\": 1}";
constexpr const char* second_line = "{\"type\": \"progress\", \"move\": 2}";

bool can_adopt(const ExecutorCapabilities& can) { return can.adopts; }

// Of the one who goes on with it.
MatchPlan later(MatchPlan plan, std::uint64_t lines_told) {
  plan.epoch += 1;
  plan.lines_told = lines_told;
  return plan;
}

// What it tells, up to its second line; false: it did not come.
bool wait_for_lines(Run& run, Expect& expect) {
  for (Story story; story.lines().size() < 2;) {
    auto report = run.poll(patient());
    if (!succeeds(expect, report, "poll") || !expect(report->has_value(), "two lines")) return false;
    story.reports.push_back(**std::move(report));
  }
  return true;
}

void an_adopted_run_goes_on(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect), heir(subject, expect, /*fresh=*/false);
  if (!trial || !heir) return;
  const MatchPlan plan = trial.program({{"print", "before"}, {"event", first_line}, {"event", second_line}, {"hang"}});
  auto run = trial.start(plan);
  if (!run || !wait_for_lines(*run, expect)) return;
  const auto adopted = heir.executor().adopt(later(plan, 1), patient());
  if (!succeeds(expect, adopted, "adopt")) return;
  expect((*adopted)->endpoints().size() == 1, "it knows its seat");
  const auto line = (*adopted)->poll(patient());
  if (succeeds(expect, line, "poll") && expect(line->has_value(), "the line that was not told"))
    expect((*line)->text == second_line, "and no other: " + (*line)->text);
  const auto nothing = (*adopted)->poll(Context::within(look));
  if (succeeds(expect, nothing, "poll")) expect(!nothing->has_value(), "it goes on");
  expect((*adopted)->stop(milliseconds(0)).has_value(), "stop");
  const Story story = heir.follow(**adopted);
  heir.verdict(story, "main", Verdict::killed);
  expect(contents(plan.spool_folder + "/logs/main.stdout") == "before\n", "its log is whole, and nothing twice");
}

void a_run_that_ended_unseen_is_adopted(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect), heir(subject, expect, /*fresh=*/false);
  if (!trial || !heir) return;
  const MatchPlan plan = trial.program({{"print", "to stdout"},
                                        {"print_error", "to stderr"},
                                        {"event", first_line},
                                        {"result", "{}"},
                                        {"output", "game.txt=1. e4"},
                                        {"exit", "3"}});
  const auto run = trial.start(plan);
  if (!run) return;
  const auto adopted = heir.executor().adopt(later(plan, 0), patient());
  if (!succeeds(expect, adopted, "adopt")) return;
  const Story story = heir.follow(**adopted);
  expect(story.ended(), "it ends");
  heir.verdict(story, "main", Verdict::exited);
  expect(heir.report_of(story, "main").exit_code == 3, "with the code that it had");
  expect(story.lines() == std::vector<std::string>{first_line}, "its line, once");
  expect(contents(plan.spool_folder + "/logs/main.stdout") == "to stdout\n", "its stdout");
  expect(contents(plan.spool_folder + "/logs/main.stderr") == "to stderr\n", "its stderr");
  expect(contents(plan.spool_folder + "/result.json") == "{}", "its result");
  expect(contents(plan.spool_folder + "/output/game.txt") == "1. e4", "its artifact");
}

// As when its runner had been stopped, and wakes up.
void whoever_had_an_adopted_run_cannot_end_it(ExecutorSubject& subject, Expect& expect) {
  const ExecutorTrial trial(subject, expect), heir(subject, expect, /*fresh=*/false);
  if (!trial || !heir) return;
  const MatchPlan plan = trial.program({{"hang"}});
  auto run = trial.start(plan);
  if (!run) return;
  const auto adopted = heir.executor().adopt(later(plan, 0), patient());
  if (!succeeds(expect, adopted, "adopt")) return;
  [[maybe_unused]] const auto stopped_it = run->stop(milliseconds(0));
  run.reset();
  const auto report = (*adopted)->poll(Context::within(look));
  if (succeeds(expect, report, "poll")) expect(!report->has_value(), "it goes on");
  expect((*adopted)->stop(milliseconds(0)).has_value(), "stop");
  const Story story = heir.follow(**adopted);
  if (expect(story.ended(), "it ends")) expect(story.reports.back().infrastructure_error.empty(), "and was not lost");
}

}  // namespace

std::span<const ExecutorCheck> executor_adopt_checks() {
  static constexpr ExecutorCheck checks[] = {
      {"an_adopted_run_goes_on", can_adopt, an_adopted_run_goes_on},
      {"a_run_that_ended_unseen_is_adopted", can_adopt, a_run_that_ended_unseen_is_adopted},
      {"whoever_had_an_adopted_run_cannot_end_it", can_adopt, whoever_had_an_adopted_run_cannot_end_it},
  };
  return checks;
}

}  // namespace matchrunner::conformance
