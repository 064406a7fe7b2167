// SPDX-License-Identifier: Apache-2.0
#include "domain/seat_outcome.hpp"

namespace matchrunner {

SeatOutcome seat_outcome(const SeatReport& report) {
  SeatOutcome outcome;
  outcome.name = report.seat;
  outcome.verdict = report.verdict;
  outcome.exit_code = report.exit_code;
  outcome.signal = report.signal;
  outcome.truncated = report.truncated;
  outcome.cpu_seconds = report.cpu_seconds;
  outcome.wall_seconds = report.wall_seconds;
  outcome.peak_memory_bytes = report.peak_memory_bytes;
  outcome.processes = report.processes;
  outcome.output_bytes = report.output_bytes;
  outcome.limit = report.limit;
  outcome.limit_value = report.limit_value;
  outcome.detail = report.detail;
  outcome.stderr_tail = report.stderr_tail;
  return outcome;
}

}  // namespace matchrunner
