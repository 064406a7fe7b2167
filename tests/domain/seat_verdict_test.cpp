// SPDX-License-Identifier: Apache-2.0
// Every way in which a seat can end, and the word for it.
#include "domain/seat_verdict.hpp"

#include <csignal>

#include "catch.hpp"

using namespace matchrunner;

namespace {

constexpr int exited(int code) { return code << 8; }

SeatFacts ran(bool exited_itself, int wait_status, EndedBy ended_by = EndedBy::itself) {
  SeatFacts facts;
  facts.started = true;
  facts.exited_itself = exited_itself;
  facts.wait_status = wait_status;
  facts.ended_by = ended_by;
  return facts;
}

SeatReport judge(const SeatFacts& facts) { return judge_seat("white", default_limits(), facts); }

}  // namespace

TEST_CASE("each end of a seat has its verdict") {
  struct Row {
    SeatFacts facts;
    Verdict verdict;
    std::optional<int> exit_code;
    std::optional<int> signal;
  };
  const Row rows[] = {
      {ran(true, exited(0)), Verdict::ok, 0, {}},
      {ran(true, exited(1)), Verdict::exited, 1, {}},
      {ran(true, exited(255)), Verdict::exited, 255, {}},
      {ran(true, SIGSEGV), Verdict::crashed, {}, SIGSEGV},
      {ran(true, SIGABRT), Verdict::crashed, {}, SIGABRT},
      {ran(true, SIGSYS), Verdict::crashed, {}, SIGSYS},
      {ran(true, SIGXCPU), Verdict::timeout, {}, SIGXCPU},
      {ran(true, SIGXFSZ), Verdict::output_limit, {}, SIGXFSZ},
      {ran(false, 0), Verdict::crashed, {}, SIGKILL},
      {ran(false, 0, EndedBy::cpu_limit), Verdict::timeout, {}, SIGKILL},
      {ran(false, 0, EndedBy::wall_limit), Verdict::timeout, {}, SIGKILL},
      {ran(false, 0, EndedBy::memory_limit), Verdict::memory, {}, SIGKILL},
      {ran(false, 0, EndedBy::output_limit), Verdict::output_limit, {}, SIGKILL},
      {ran(false, 0, EndedBy::disk_limit), Verdict::output_limit, {}, SIGKILL},
      {ran(true, exited(0), EndedBy::files_limit), Verdict::output_limit, 0, {}},
      {ran(false, 0, EndedBy::depth_limit), Verdict::output_limit, {}, SIGKILL},
      {ran(false, 0, EndedBy::stop), Verdict::killed, {}, SIGKILL},
      {ran(true, exited(0), EndedBy::stop), Verdict::killed, 0, {}},
      {ran(true, SIGTERM, EndedBy::stop), Verdict::killed, {}, SIGTERM},
      {ran(false, 0, EndedBy::referee_done), Verdict::ok, {}, SIGKILL},
      {ran(true, exited(3), EndedBy::referee_done), Verdict::ok, 3, {}},
      {ran(false, 0, EndedBy::referee_failed), Verdict::killed, {}, SIGKILL},
      {ran(false, 0, EndedBy::not_all_started), Verdict::killed, {}, SIGKILL},
      {ran(false, 0, EndedBy::lease), Verdict::killed, {}, SIGKILL},
      {ran(false, 0, EndedBy::infrastructure), Verdict::killed, {}, SIGKILL},
  };
  for (const Row& row : rows) {
    const SeatReport report = judge(row.facts);
    INFO("ended by " << static_cast<int>(row.facts.ended_by) << ", status " << row.facts.wait_status);
    CHECK(report.verdict == row.verdict);
    CHECK(report.exit_code == row.exit_code);
    CHECK(report.signal == row.signal);
    CHECK((report.detail.empty() == (row.verdict == Verdict::ok)));
    CHECK(report.detail.find('\n') == std::string::npos);
  }
}

TEST_CASE("memory that the kernel took back goes before what the program made of it") {
  SeatFacts facts = ran(true, exited(1));
  facts.out_of_memory_kills = 1;
  CHECK(judge(facts).verdict == Verdict::memory);
  CHECK(judge(facts).exit_code == 1);
  facts.ended_by = EndedBy::stop;
  CHECK(judge(facts).verdict == Verdict::memory);
}

TEST_CASE("a program that never ran has neither code nor signal") {
  SeatFacts facts;
  facts.start_error = ENOEXEC;
  const SeatReport report = judge(facts);
  CHECK(report.verdict == Verdict::not_started);
  CHECK(!report.exit_code);
  CHECK(!report.signal);
  CHECK(report.detail == "its program could not be run: Exec format error");
}

TEST_CASE("facts that no launcher tells still make a verdict") {
  SeatFacts facts;
  facts.start_error = 99999;
  CHECK(judge(facts).detail == "its program could not be run: Unknown error 99999");
  facts = ran(true, 0x137f, EndedBy::itself);  // stopped, as waitpid says it
  CHECK(judge(facts).verdict == Verdict::crashed);
  CHECK(judge(facts).signal == SIGKILL);
}

TEST_CASE("what a seat used is told in seconds and bytes") {
  SeatFacts facts = ran(false, 0, EndedBy::cpu_limit);
  facts.cpu_nanoseconds = 61000000000;
  facts.wall_nanoseconds = 1500000000;
  facts.peak_memory_bytes = 12345;
  facts.processes = 3;
  facts.output_bytes = 77;
  facts.truncated = true;
  const SeatReport report = judge(facts);
  CHECK(report.cpu_seconds == Approx(61));
  CHECK(report.wall_seconds == Approx(1.5));
  CHECK(report.peak_memory_bytes == 12345);
  CHECK(report.processes == 3);
  CHECK(report.output_bytes == 77);
  CHECK(report.limit == "cpu_seconds");
  CHECK(report.limit_value == 60);
  CHECK(report.truncated);
  CHECK(report.detail == "used 61.0 s of 60.0 s cpu");
}

TEST_CASE("a report names the limit that was reached and what it allows") {
  struct Row {
    SeatFacts facts;
    const char* limit;
    std::optional<double> value;
  };
  SeatFacts cut = ran(true, exited(0));
  cut.truncated = true;
  SeatFacts refused = ran(true, exited(1));
  refused.refused_processes = 5;
  SeatFacts out_of_memory = ran(false, 0);
  out_of_memory.out_of_memory_kills = 1;
  const Row rows[] = {
      {ran(true, exited(0)), "", {}},
      {ran(true, SIGSEGV), "", {}},
      {ran(false, 0, EndedBy::stop), "", {}},
      {ran(false, 0, EndedBy::cpu_limit), "cpu_seconds", 60},
      {ran(true, SIGXCPU), "cpu_seconds", 60},
      {ran(false, 0, EndedBy::memory_limit), "memory_bytes", 512 << 20},
      {out_of_memory, "memory_bytes", 512 << 20},
      {ran(false, 0, EndedBy::output_limit), "output_bytes", 16 << 20},
      {ran(false, 0, EndedBy::disk_limit), "disk_bytes", 1 << 30},
      {ran(false, 0, EndedBy::files_limit), "files", 100000},
      {ran(false, 0, EndedBy::depth_limit), "files", 100000},
      {cut, "output_bytes", 16 << 20},
      {ran(true, SIGXFSZ), "artifact_bytes", 256 << 20},
      {refused, "processes", 64},
  };
  for (const Row& row : rows) {
    const SeatReport report = judge(row.facts);
    CAPTURE(row.limit, row.facts.wait_status);
    CHECK(report.limit == row.limit);
    CHECK(report.limit_value == row.value);
  }
  CHECK(judge(refused).detail == "exit code 1, may have no more than 64 processes and threads");
}

TEST_CASE("artifacts beyond the limit are the verdict of a seat that was ok, and else told beside it") {
  struct Row {
    SeatFacts facts;
    Verdict verdict;
    const char* limit;
    std::optional<double> value;
    const char* detail;
  };
  SeatFacts cut = ran(true, exited(0));
  cut.truncated = true;
  const Row rows[] = {
      {ran(true, exited(0)), Verdict::output_limit, "artifact_bytes", 256 << 20,
       "left 300 of 268435456 bytes of artifacts"},
      {cut, Verdict::output_limit, "artifact_bytes", 256 << 20, "left 300 of 268435456 bytes of artifacts"},
      {ran(true, exited(1)), Verdict::exited, "", {}, "exit code 1, left 300 of 268435456 bytes of artifacts"},
      {ran(false, 0, EndedBy::memory_limit), Verdict::memory, "memory_bytes", 512 << 20,
       "needed more than its 512 MiB of memory, left 300 of 268435456 bytes of artifacts"},
  };
  for (const Row& row : rows) {
    SeatReport report = judge(row.facts);
    add_artifacts_beyond_limit(default_limits(), 300, report);
    CAPTURE(row.detail);
    CHECK(report.verdict == row.verdict);
    CHECK(report.limit == row.limit);
    CHECK(report.limit_value == row.value);
    CHECK(report.detail == row.detail);
  }
}

TEST_CASE("more files than a match may leave are the verdict of a seat that was ok, and else told beside it") {
  SeatReport report = judge(ran(true, exited(0)));
  add_files_beyond_limit(report);
  CHECK(report.verdict == Verdict::output_limit);
  CHECK(report.detail == "left more than 10000 files and folders in its output");
  report = judge(ran(true, exited(1)));
  add_files_beyond_limit(report);
  CHECK(report.verdict == Verdict::exited);
  CHECK(report.detail == "exit code 1, left more than 10000 files and folders in its output");
}
