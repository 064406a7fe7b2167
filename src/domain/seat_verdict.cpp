// SPDX-License-Identifier: Apache-2.0
#include "domain/seat_verdict.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace matchrunner {
namespace {

constexpr double nanoseconds_per_second = 1e9;

std::string seconds(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f s", value);
  return text.data();
}

std::string bytes(std::uint64_t value) {
  constexpr std::uint64_t mebibyte = 1U << 20U;
  return value % mebibyte == 0 ? std::to_string(value / mebibyte) + " MiB" : std::to_string(value) + " bytes";
}

std::string cpu_detail(const Limits& limits, const SeatFacts& facts) {
  return "used " + seconds(static_cast<double>(facts.cpu_nanoseconds) / nanoseconds_per_second) + " of " +
         seconds(limits.cpu_seconds.value_or(0)) + " cpu";
}
std::string wall_detail(const Limits& limits, const SeatFacts&) {
  return "ran for its " + seconds(limits.wall_seconds.value_or(0));
}
std::string memory_detail(const Limits& limits, const SeatFacts&) {
  return "needed more than its " + bytes(limits.memory_bytes.value_or(0)) + " of memory";
}
std::string output_detail(const Limits& limits, const SeatFacts&) {
  return "wrote more than its " + bytes(limits.output_bytes.value_or(0)) + " of output";
}
std::string file_detail(const Limits& limits, const SeatFacts&) {
  return "wrote a file of more than " + bytes(limits.artifact_bytes.value_or(0));
}
std::string disk_detail(const Limits& limits, const SeatFacts&) {
  return "used more than its " + bytes(limits.disk_bytes.value_or(0)) + " of disk";
}
std::string files_detail(const Limits& limits, const SeatFacts&) {
  return "had more than its " + std::to_string(limits.files.value_or(0)) + " files and folders";
}
std::string depth_detail(const Limits&, const SeatFacts&) {
  return "had folders in folders, more than " + std::to_string(deepest_folder) + " deep";
}
std::string nothing(const Limits&, const SeatFacts&) { return {}; }
template <const char* text>
std::string fixed(const Limits&, const SeatFacts&) {
  return text;
}

constexpr char stopped[] = "the match was stopped";
constexpr char referee_gone[] = "the referee or program had ended badly";
constexpr char others_missing[] = "another seat did not start";
constexpr char lease_over[] = "the runner gave the match up";
constexpr char host_failed[] = "the host failed";
constexpr char forbidden_call[] = "made a system call that is not allowed";

// A limit by its name in Limits, and what it allows.
struct Limit {
  const char* name;
  double (*value)(const Limits& limits);
};
template <auto member>
double value_of(const Limits& limits) {
  return static_cast<double>((limits.*member).value_or(0));
}
constexpr Limit cpu{"cpu_seconds", value_of<&Limits::cpu_seconds>};
constexpr Limit wall{"wall_seconds", value_of<&Limits::wall_seconds>};
constexpr Limit memory{"memory_bytes", value_of<&Limits::memory_bytes>};
constexpr Limit processes{"processes", value_of<&Limits::processes>};
constexpr Limit output{"output_bytes", value_of<&Limits::output_bytes>};
constexpr Limit artifacts{"artifact_bytes", value_of<&Limits::artifact_bytes>};
constexpr Limit disk{"disk_bytes", value_of<&Limits::disk_bytes>};
constexpr Limit files{"files", value_of<&Limits::files>};

void reach(const Limit& limit, const Limits& limits, SeatReport& report) {
  report.limit = limit.name;
  report.limit_value = limit.value(limits);
}

using Detail = std::string (*)(const Limits&, const SeatFacts&);

// What the reason for ending a seat means; `itself` has no row.
struct Row {
  EndedBy ended_by;
  Verdict verdict;
  Detail detail;
  const Limit* limit = nullptr;
};
constexpr Row rows[] = {
    {EndedBy::cpu_limit, Verdict::timeout, cpu_detail, &cpu},
    {EndedBy::wall_limit, Verdict::timeout, wall_detail, &wall},
    {EndedBy::memory_limit, Verdict::memory, memory_detail, &memory},
    {EndedBy::output_limit, Verdict::output_limit, output_detail, &output},
    {EndedBy::disk_limit, Verdict::output_limit, disk_detail, &disk},
    {EndedBy::files_limit, Verdict::output_limit, files_detail, &files},
    {EndedBy::depth_limit, Verdict::output_limit, depth_detail, &files},
    {EndedBy::stop, Verdict::killed, fixed<stopped>},
    {EndedBy::referee_done, Verdict::ok, nothing},
    {EndedBy::referee_failed, Verdict::killed, fixed<referee_gone>},
    {EndedBy::not_all_started, Verdict::killed, fixed<others_missing>},
    {EndedBy::lease, Verdict::killed, fixed<lease_over>},
    {EndedBy::infrastructure, Verdict::killed, fixed<host_failed>},
};

// Signals by which the kernel enforces a limit.
struct SignalRow {
  int signal;
  Verdict verdict;
  Detail detail;
  const Limit* limit = nullptr;
};
constexpr SignalRow signal_rows[] = {
    {SIGXCPU, Verdict::timeout, cpu_detail, &cpu},
    {SIGXFSZ, Verdict::output_limit, file_detail, &artifacts},
    {SIGSYS, Verdict::crashed, fixed<forbidden_call>},
};

// A seat that was let alone.
void judge_own_end(const Limits& limits, const SeatFacts& facts, SeatReport& report) {
  if (!report.exit_code && !report.signal) {
    report.verdict = Verdict::crashed;
    report.signal = SIGKILL;
    report.detail = "the init of the seat was killed, which the seat itself can do here";
  } else if (report.exit_code) {
    report.verdict = *report.exit_code == 0 ? Verdict::ok : Verdict::exited;
    if (*report.exit_code != 0) report.detail = "exit code " + std::to_string(*report.exit_code);
  } else {
    report.verdict = Verdict::crashed;
    const char* name = ::sigabbrev_np(*report.signal);
    report.detail = "ended by signal " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(*report.signal));
    for (const SignalRow& row : signal_rows) {
      if (row.signal != *report.signal) continue;
      report.verdict = row.verdict;
      report.detail = row.detail(limits, facts);
      if (row.limit != nullptr) reach(*row.limit, limits, report);
    }
  }
}

void judge_end(const Limits& limits, const SeatFacts& facts, SeatReport& report) {
  if (facts.out_of_memory_kills > 0) {
    if (!facts.exited_itself) report.signal = SIGKILL;
    report.verdict = Verdict::memory;
    report.detail = memory_detail(limits, facts);
    return reach(memory, limits, report);
  }
  if (facts.start_error != 0) {
    report.verdict = Verdict::not_started;
    report.detail = "its program could not be run: " + std::generic_category().message(facts.start_error);
    return;
  }
  for (const Row& row : rows) {
    if (row.ended_by != facts.ended_by) continue;
    report.verdict = row.verdict;
    report.detail = row.detail(limits, facts);
    if (row.limit != nullptr) reach(*row.limit, limits, report);
    if (!facts.exited_itself) report.signal = SIGKILL;
    return;
  }
  judge_own_end(limits, facts, report);
}

// Limits that a seat can reach and go on; they may be why it ended as it did.
void add_soft_limits(const Limits& limits, const SeatFacts& facts, SeatReport& report) {
  if (facts.refused_processes > 0) {
    if (report.limit.empty()) reach(processes, limits, report);
    report.detail +=
        (report.detail.empty() ? "" : ", ") +
        ("may have no more than " + std::to_string(limits.processes.value_or(0)) + " processes and threads");
  } else if (facts.truncated && report.limit.empty()) {
    reach(output, limits, report);
  }
}

}  // namespace

void add_files_beyond_limit(SeatReport& report) {
  if (report.verdict == Verdict::ok) report.verdict = Verdict::output_limit;
  report.detail += (report.detail.empty() ? "left more than " : ", left more than ") +
                   std::to_string(max_output_files) + " files and folders in its output";
}

SeatReport judge_seat(const std::string& seat, const Limits& limits, const SeatFacts& facts) {
  SeatReport report;
  report.seat = seat;
  report.truncated = facts.truncated;
  report.cpu_seconds = static_cast<double>(facts.cpu_nanoseconds) / nanoseconds_per_second;
  report.wall_seconds = static_cast<double>(facts.wall_nanoseconds) / nanoseconds_per_second;
  report.peak_memory_bytes = facts.peak_memory_bytes;
  if (facts.exited_itself && WIFEXITED(facts.wait_status)) report.exit_code = WEXITSTATUS(facts.wait_status);
  if (facts.exited_itself && WIFSIGNALED(facts.wait_status)) report.signal = WTERMSIG(facts.wait_status);

  report.output_bytes = facts.output_bytes;
  report.processes = facts.processes;
  judge_end(limits, facts, report);
  add_soft_limits(limits, facts, report);
  return report;
}

void add_artifacts_beyond_limit(const Limits& limits, std::uint64_t left, SeatReport& report) {
  if (report.verdict == Verdict::ok) {
    report.verdict = Verdict::output_limit;
    reach(artifacts, limits, report);
  }
  report.detail += (report.detail.empty() ? "left " : ", left ") + std::to_string(left) + " of " +
                   std::to_string(limits.artifact_bytes.value_or(0)) + " bytes of artifacts";
}

}  // namespace matchrunner
