// SPDX-License-Identifier: Apache-2.0
// The board follows the journal by the table of a match, whatever was known before, and the counters count by it.
#include "catch.hpp"
#include "codec/event_body.hpp"
#include "runtime/service/match_board.hpp"
#include "runtime/service/match_counters.hpp"
#include "runtime/service/metrics_text.hpp"

using namespace matchrunner;

namespace {

Time at(int second) { return Time(std::chrono::seconds(1'800'000'000 + second)); }

// One runner's view of a journal of one match after another.
struct Followed {
  MatchBoard board;
  MatchCounters counters;
  std::string by;  // the last step

  bool event(int second, const std::string& match, const std::string& type, const std::string& body = "{}") {
    Event event;
    event.kind = "match";
    event.at = at(second);
    event.subject = match;
    event.type = type;
    event.body = body;
    const EventFacts facts = event_facts(event);
    const auto step = board.follow(event, facts);
    by = step ? step->by : "";
    if (step) counters.count(*step, facts);
    return step.has_value();
  }

  ServiceStatus status() const {
    ServiceStatus status;
    board.show(status, "me");
    return status;
  }
};

Outcome outcome(MatchResult result, Fault fault, Verdict verdict) {
  Outcome outcome;
  outcome.result = result;
  outcome.fault = fault;
  outcome.summary = "It was so.";
  outcome.seats.emplace_back().verdict = verdict;
  return outcome;
}

}  // namespace

TEST_CASE("a match goes over the board from its submission to its end") {
  Followed journal;
  journal.event(0, "m", "submit", text_body({{"game", "chess"}}));
  CHECK(journal.status().matches ==
        std::map<std::string, std::uint64_t>{
            {"queued", 1}, {"preparing", 0}, {"starting", 0}, {"running", 0}, {"collecting", 0}});
  CHECK(journal.board.oldest_queued() == at(0));
  CHECK(journal.event(10, "m", "claim", claim_body("me", 1)));
  CHECK(journal.status().workers_busy == 1);
  CHECK(journal.event(11, "m", "prepared"));
  CHECK(journal.event(12, "m", "started", started_body({}, {})));
  CHECK(journal.status().running.at(0).game == "chess");
  CHECK_FALSE(journal.event(13, "m", "progress", R"({"ply": 1})"));
  CHECK(journal.event(42, "m", "ended", outcome_body(outcome(MatchResult::completed, Fault::seat, Verdict::crashed))));
  CHECK(journal.status().workers_busy == 0);  // its slot is free
  CHECK(journal.event(43, "m", "collected", artifacts_body({})));

  const ServiceStatus status = journal.status();
  CHECK(status.running.empty());
  REQUIRE(status.ended.size() == 1);
  CHECK(status.ended[0].summary == "It was so.");
  CHECK(status.ended[0].state == MatchState::finished);
  const MatchCounts counts = journal.counters.counts();
  CHECK(counts.verdicts.at(Verdict::crashed) == 1);
  CHECK(counts.ended.at({MatchState::finished, Fault::none}) == 1);
  CHECK(counts.queue_seconds.sum == 12);
  CHECK(counts.run_seconds.sum == 30);
  CHECK(counts.run_seconds.counts[Histogram::bounds.size() - 1] == 1);
}

TEST_CASE("a match that lapses is queued again, from then on if it had run") {
  const bool had_run = GENERATE(true, false);
  Followed journal;
  journal.event(0, "m", "submit", text_body({{"game", "chess"}}));
  journal.event(5, "m", "claim", claim_body("other", 1));
  if (had_run) {
    journal.event(6, "m", "prepared");
    journal.event(7, "m", "started", started_body({}, {}));
  }
  CHECK(journal.event(9, "m", "lapse", text_body({{"reason", "gone"}, {"runner", "me"}})));
  CHECK(journal.by == "me");
  CHECK(journal.board.oldest_queued() == at(had_run ? 9 : 0));
  CHECK(journal.status().queued.at(0).holder.empty());
  CHECK(journal.counters.counts().lapses == 1);
}

TEST_CASE("a step is that of who made it, also in place of a runner that is gone") {
  Followed journal;
  journal.event(0, "m", "submit", text_body({{"game", "chess"}}));
  CHECK(journal.by.empty());
  journal.event(1, "m", "claim", claim_body("one", 1));
  CHECK(journal.by == "one");
  journal.event(2, "m", "prepared");
  journal.event(3, "m", "started", started_body({}, {}));
  CHECK(journal.by == "one");
  journal.event(4, "m", "ended", outcome_body(outcome(MatchResult::completed, Fault::none, Verdict::ok)));
  journal.event(5, "m", "lapse", text_body({{"reason", "gone"}, {"runner", "other"}}));
  CHECK(journal.by == "other");
  CHECK(journal.event(6, "m", "collected", artifacts_body({})));
  CHECK(journal.by == "other");

  journal.event(0, "n", "submit", text_body({{"game", "chess"}}));
  journal.event(1, "n", "claim", claim_body("one", 1));
  CHECK(journal.event(9, "n", "fail", outcome_body(outcome(MatchResult::failed, Fault::infrastructure, {}), "other")));
  CHECK(journal.by == "other");
}

TEST_CASE("events that are older than what the board began with change nothing") {
  Followed journal;
  Match match;
  match.id = "m";
  match.state = MatchState::running;
  match.holder = "me";
  match.times = {{MatchState::queued, at(0)}, {MatchState::running, at(7)}};
  journal.board.add(match);
  CHECK_FALSE(journal.event(0, "m", "submit", text_body({{"game", "chess"}})));
  CHECK_FALSE(journal.event(5, "m", "claim", claim_body("me", 1)));
  CHECK_FALSE(journal.event(6, "m", "prepared"));
  CHECK(journal.status().running.at(0).since == at(7));
  CHECK_FALSE(journal.event(9, "unknown", "claim", claim_body("me", 1)));
  match.id = "over";
  match.state = MatchState::finished;
  journal.board.add(match);
  CHECK(journal.status().running.size() == 1);
}

TEST_CASE("a match that is stopped before it began is counted with its outcome") {
  Followed journal;
  journal.event(0, "m", "submit", text_body({{"game", "chess"}}));
  CHECK(journal.event(3, "m", "stop", outcome_body(outcome(MatchResult::stopped, Fault::none, Verdict::not_started))));
  CHECK(journal.counters.counts().ended.at({MatchState::stopped, Fault::none}) == 1);
  CHECK(journal.counters.counts().queue_seconds.count == 0);
}

TEST_CASE("labels of metrics are escaped as their format wants it") {
  ServiceStatus status;
  status.parts.emplace_back().name = "sink a\"b\\c\nd";
  const std::string text = metrics_text({status, {}, {}, std::nullopt});
  CHECK(text.find("matchrunner_part_up{part=\"sink a\\\"b\\\\c\\nd\"} 1\n") != text.npos);
  for (const MetricFamily& family : metric_families())
    CHECK(text.find("# HELP " + std::string(family.name) + " ") != text.npos);
}
