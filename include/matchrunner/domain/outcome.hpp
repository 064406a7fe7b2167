// SPDX-License-Identifier: Apache-2.0
// Outcome: how a match ended, for the match and for each seat; Artifact: what it left. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "matchrunner/domain/transition.hpp"

namespace matchrunner {

enum class MatchResult : unsigned char { completed, stopped, failed };
inline constexpr std::array<Name<MatchResult>, 3> match_results{
    {{MatchResult::completed, "completed"}, {MatchResult::stopped, "stopped"}, {MatchResult::failed, "failed"}}};

// Who is to blame. seat: a contestant ended badly; referee: crashed or left no valid result;
// infrastructure: start, store or disk, never blamed on a contestant.
enum class Fault : unsigned char { none, seat, referee, infrastructure };
inline constexpr std::array<Name<Fault>, 4> faults{{{Fault::none, "none"},
                                                    {Fault::seat, "seat"},
                                                    {Fault::referee, "referee"},
                                                    {Fault::infrastructure, "infrastructure"}}};

// How one seat ended, in one word.
enum class Verdict : unsigned char {
  ok,
  timeout,
  memory,
  output_limit,
  crashed,
  exited,
  killed,
  not_started,
  not_ready
};
inline constexpr std::array<Name<Verdict>, 9> verdicts{{
    {Verdict::ok, "ok"},            // exit code 0, or still there when the referee was done
    {Verdict::timeout, "timeout"},  // used up its cpu or wall time
    {Verdict::memory, "memory"},    // used more memory than it may
    {Verdict::output_limit,
     "output_limit"},               // wrote more than it may, with on_output_limit = kill, or too many artifacts
    {Verdict::crashed, "crashed"},  // ended by a signal of its own making
    {Verdict::exited, "exited"},    // exit code other than 0
    {Verdict::killed, "killed"},    // ended by the runner: match stopped, deadline, referee gone badly
    {Verdict::not_started, "not_started"},  // its program never ran
    {Verdict::not_ready, "not_ready"},      // it was not ready in time for the others, or ended before
}};

constexpr std::string_view to_string(MatchResult value) { return name_of(match_results, value); }
constexpr std::string_view to_string(Fault value) { return name_of(faults, value); }
constexpr std::string_view to_string(Verdict value) { return name_of(verdicts, value); }

struct SeatOutcome {
  std::string name;
  Verdict verdict = Verdict::not_started;
  Fault fault = Fault::none;  // whose fault it is that the verdict is not ok
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::optional<double> score;
  bool truncated = false;  // one of its logs was cut at output_bytes
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint32_t processes = 0;        // most at once, threads counted, as far as seen; 0: not known
  std::uint64_t output_bytes = 0;     // written to its logs, what was cut included; 0: not known
  std::string limit;                  // that it reached, by its name in Limits ("cpu_seconds"); empty: none
  std::optional<double> limit_value;  // what that allows
  std::string detail;                 // one line for a person, e.g. "used 61.0 s of 60 s cpu"; may be empty
  std::string stderr_tail;            // the last lines of its stderr, at most 10 and 1 KiB

  bool operator==(const SeatOutcome&) const = default;
};

struct Outcome {
  MatchResult result = MatchResult::failed;
  Fault fault = Fault::none;
  std::string reason;              // one line
  std::string summary;             // one sentence for contestants: how it ended, and whose fault that was
  std::vector<SeatOutcome> seats;  // in the order of the game's seats
  std::string details = "{}";      // JSON object: further fields of the result file, as they were

  bool operator==(const Outcome&) const = default;
};

// A log, a replay or a result file of one run. `name` is "output/game.pgn", "logs/white.stderr", "result.json".
struct Artifact {
  std::string name;
  std::uint64_t bytes = 0;
  std::string sha256;    // 64 lower-case hex digits
  std::string uri;       // empty until the sink has it
  bool missing = false;  // lost with the host that had it

  bool operator==(const Artifact&) const = default;
};

// What held the seats of this run: "full" is every item of the blueprint's sandbox, "none" is trusted code only.
struct Isolation {
  std::string tier = "none";
  std::vector<std::string> in_force;  // "user", "pid", "mount", "network", "seccomp", "cgroup_v1:memory", ...

  bool operator==(const Isolation&) const = default;
};

}  // namespace matchrunner
