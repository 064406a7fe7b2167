// SPDX-License-Identifier: Apache-2.0
// What a match comes to, whose fault that is, and the sentence that contestants read.
#include "services/judge.hpp"

#include "catch.hpp"

using namespace matchrunner;

namespace {

Game chess() {
  Game game;
  game.name = "chess";
  game.wiring = Wiring::stdio;
  game.deadline_seconds = 60;
  for (const auto& [name, role] :
       {std::pair("referee", SeatRole::referee), {"white", SeatRole::player}, {"black", SeatRole::player}}) {
    Seat& seat = game.seats.emplace_back();
    seat.name = name;
    seat.role = role;
  }
  return game;
}

SeatReport ended(const std::string& seat, Verdict verdict, const std::string& detail = "") {
  SeatReport report;
  report.seat = seat;
  report.verdict = verdict;
  report.detail = detail;
  return report;
}

std::vector<SeatReport> all_well() {
  return {ended("referee", Verdict::ok), ended("white", Verdict::ok), ended("black", Verdict::ok)};
}

ResultFile result(double white, double black, const std::string& reason) {
  ResultFile file;
  file.scores = {{"white", white}, {"black", black}};
  file.reason = reason;
  return file;
}

std::string faults_of(const Outcome& outcome) {
  std::string text;
  for (const SeatOutcome& seat : outcome.seats)
    text += (text.empty() ? "" : " ") + seat.name + ":" + std::string(to_string(seat.fault));
  return text;
}

struct Judged {
  MatchResult result;
  Fault fault;
  const char* faults;
  const char* summary;
};

void check(const Game& game, const RunFacts& facts, const Judged& expected) {
  const Outcome outcome = judge(game, facts);
  CAPTURE(expected.summary);
  CHECK(outcome.result == expected.result);
  CHECK(outcome.fault == expected.fault);
  CHECK(faults_of(outcome) == expected.faults);
  CHECK(outcome.summary == expected.summary);
}

}  // namespace

TEST_CASE("a match that its referee brought to an end is completed, whatever a player did") {
  RunFacts facts;
  facts.result = Result<ResultFile>(result(1, 0, "checkmate"));
  auto seats = all_well();
  facts.seats = seats;
  check(chess(), facts,
        {MatchResult::completed, Fault::none, "referee:none white:none black:none",
         "Played to the end: white 1, black 0 (checkmate)."});

  seats[2] = ended("black", Verdict::memory, "needed more than its 512 MiB of memory");
  facts.seats = seats;
  check(chess(), facts,
        {MatchResult::completed, Fault::seat, "referee:none white:none black:seat",
         "black ran out of memory (needed more than its 512 MiB of memory); the match counts: white 1, black 0."});
}

TEST_CASE("what the referee, the host or a stop did is not held against a player") {
  RunFacts facts;
  auto seats = all_well();
  seats[0] = ended("referee", Verdict::crashed, "ended by signal SIGSEGV");
  seats[1] = seats[2] = ended("white", Verdict::killed, "the referee or program had ended badly");
  seats[2].seat = "black";
  facts.seats = seats;
  check(chess(), facts,
        {MatchResult::failed, Fault::referee, "referee:referee white:none black:none",
         "No result, because of the referee and not of a contestant (referee: crashed, ended by signal SIGSEGV)."});

  facts.infrastructure_error = "the spool's disk is full";
  check(chess(), facts,
        {MatchResult::failed, Fault::infrastructure, "referee:referee white:infrastructure black:infrastructure",
         "Not played to the end because of the host, not of a program (the spool's disk is full)."});

  facts.infrastructure_error.clear();
  seats[0] = ended("referee", Verdict::killed, "the match was stopped");
  facts.stop_reason = "the hall closes";
  check(chess(), facts,
        {MatchResult::stopped, Fault::none, "referee:none white:none black:none",
         "Stopped before the end, through no fault of a program (the hall closes)."});

  facts.stop_reason.reset();
  facts.deadline_passed = true;
  check(chess(), facts,
        {MatchResult::failed, Fault::referee, "referee:referee white:none black:none",
         "No result, because of the referee and not of a contestant (the match's deadline of 60 s passed)."});
}

TEST_CASE("a program that is not there, and a referee without a result") {
  RunFacts facts;
  auto seats = all_well();
  facts.seats = seats;
  check(chess(), facts,
        {MatchResult::failed, Fault::referee, "referee:none white:none black:none",
         "No result, because of the referee and not of a contestant (referee: left no result file)."});

  seats[1] = ended("white", Verdict::not_started, "its program could not be run: Permission denied");
  check(chess(), facts,
        {MatchResult::failed, Fault::infrastructure, "referee:none white:infrastructure black:none",
         "Not played to the end because of the host, not of a program (white: not_started, its program could not be "
         "run: Permission denied)."});
}

TEST_CASE("a seat that was not ready is to blame, and not who waited for it") {
  Game game = chess();
  game.wiring = Wiring::network;
  game.seats[0].role = SeatRole::server;
  RunFacts facts;
  std::vector<SeatReport> seats{ended("referee", Verdict::killed, "another seat did not start"),
                                ended("white", Verdict::not_ready, "was not ready within 5 s"),
                                ended("black", Verdict::not_started)};
  facts.seats = seats;
  check(game, facts,
        {MatchResult::failed, Fault::seat, "referee:none white:seat black:none",
         "No result: white was not ready for the others (was not ready within 5 s)."});

  seats[0] = ended("referee", Verdict::not_ready, "was not ready within 5 s");
  seats[1] = ended("white", Verdict::not_started);
  check(game, facts,
        {MatchResult::failed, Fault::referee, "referee:referee white:none black:none",
         "No result, because of the referee and not of a contestant (referee: not_ready, was not ready within 5 s)."});

  seats = all_well();
  facts.seats = seats;
  check(game, facts, {MatchResult::completed, Fault::none, "referee:none white:none black:none", "Played to the end."});
}

TEST_CASE("more files than a match may leave are the fault of who left them") {
  RunFacts facts;
  const std::vector<SeatReport> seats = all_well();
  facts.seats = seats;
  facts.result = result(1, 0, "checkmate");
  const Outcome outcome = with_surplus_files(chess(), judge(chess(), facts));
  CHECK(outcome.result == MatchResult::failed);
  CHECK(outcome.fault == Fault::referee);
  CHECK(outcome.reason == "referee: output_limit, more than 10000 files were left");
  CHECK(outcome.seats[0].verdict == Verdict::output_limit);
  CHECK(outcome.seats[1].score == 1.0);
  CHECK(faults_of(outcome) == "referee:referee white:none black:none");
  CHECK(outcome.summary == "No result, because of the referee and not of a contestant (" + outcome.reason + ").");
}

TEST_CASE("a program that plays alone is a contestant") {
  Game game;
  game.name = "solo";
  game.deadline_seconds = 5;
  game.seats.resize(1);
  game.seats[0].name = "solo";
  game.seats[0].role = SeatRole::program;
  RunFacts facts;
  std::vector<SeatReport> seats{ended("solo", Verdict::timeout, "used 61.0 s of 60.0 s cpu")};
  facts.seats = seats;
  check(
      game, facts,
      {MatchResult::failed, Fault::seat, "solo:seat", "No result: solo ran out of time (used 61.0 s of 60.0 s cpu)."});

  seats[0] = ended("solo", Verdict::killed, "the match was stopped");
  facts.deadline_passed = true;
  check(game, facts,
        {MatchResult::failed, Fault::seat, "solo:seat", "No result of solo (the match's deadline of 5 s passed)."});

  facts.deadline_passed = false;
  seats[0] = ended("solo", Verdict::ok);
  check(game, facts, {MatchResult::completed, Fault::none, "solo:none", "Played to the end."});
}
