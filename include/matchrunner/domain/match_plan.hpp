// SPDX-License-Identifier: Apache-2.0
// MatchPlan: all that an executor needs to run one match; RunReport: what it tells while it runs. Plain values.
#pragma once

#include <functional>
#include <string>

#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/match.hpp"

namespace matchrunner {

// Artifacts of one match, besides logs and result: one that leaves more has failed by its own fault.
inline constexpr std::size_t max_output_files = 10'000;

// How far an executor is with what it makes ready for a seat, such as an image that is pulled.
struct PrepareProgress {
  std::string seat;
  std::string what;  // "localhost:5000/teams/red:v2"
  std::string step;  // "Downloading": in the words of whoever does it
  std::uint64_t bytes = 0;
  std::uint64_t total_bytes = 0;  // 0: not known
};

// How far a seat is while a match is started.
struct StartProgress {
  std::string seat;
  bool ready = false;  // false: it runs; true: what its `ready` asks for holds, too
};

// The executor finds and leaves everything under `spool_folder`, which exists and is this run's alone:
//   logs/<seat>.stdout, logs/<seat>.stderr
//                 output of each seat, cut at output_bytes; a stdio-wired player's stdout goes to the referee instead
//   output/...    what the referee or program left in MATCHRUNNER_OUTPUT; regular files, at most max_output_files
//   result.json   what it wrote to MATCHRUNNER_RESULT; absent: nothing
//   work/...      the executor's own, removed by the runner at the end
struct MatchPlan {
  std::string match_id;
  std::string unique_id;    // Match::unique_id: several stores may run matches of one id on one host or engine
  std::uint64_t epoch = 0;  // of this run; kill or adopt what carries the unique id and an older one
  Game game;  // every seat complete: exactly one way to start it, role, all limits, secrets among the variables
  std::string spool_folder;                // absolute
  milliseconds grace{2000};                // for seats that are left when the referee or program has ended
  bool follow_output = false;              // what grows in output/ is wanted while it does: put it there by and by
  std::uint64_t lines_told = 0;            // for adopt(): of the run's lines, those that are in the journal, or dropped
  BootClock::time_point lease_deadline{};  // kill everything at this time, unless Run::extend_lease moved it
  // For prepare(); may be empty, and is nothing once that has returned. Some of it becomes events of the match: as much
  // as goes without holding up who tells it.
  std::function<void(const PrepareProgress&)> tell = nullptr;
  std::function<void(const StartProgress&)> tell_start = nullptr;  // likewise, for start()
};

// What one seat did, as the executor saw it; fields as in SeatOutcome.
struct SeatReport {
  std::string seat;
  Verdict verdict = Verdict::not_started;
  std::optional<int> exit_code;
  std::optional<int> signal;
  bool truncated = false;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint32_t processes = 0;  // this and the next: 0 where they are not known
  std::uint64_t output_bytes = 0;
  std::string limit;
  std::optional<double> limit_value;
  std::string detail;
  std::string stderr_tail;  // empty: the runner takes it from logs/<seat>.stderr
};

struct RunReport {
  enum class Kind : unsigned char {
    line,        // `text` is one JSON line from MATCHRUNNER_EVENTS, within the limits of size and rate
    dropped,     // `dropped_lines` such lines were beyond the limits
    seat_ended,  // `seat` is complete
    ended,       // no process is left and all files are in the spool; nothing follows
  };
  Kind kind = Kind::ended;
  std::string text;
  std::uint64_t dropped_lines = 0;
  SeatReport seat;
  // With `ended`: set when the host, not a contestant, made the run fail (disk full); one line.
  std::string infrastructure_error;
};

}  // namespace matchrunner
