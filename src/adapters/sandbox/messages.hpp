// SPDX-License-Identifier: Apache-2.0
// What a runner asks of its launcher and what the launcher reports: the whole protocol, as plain values.
// Every message travels in one frame (frame.hpp); the comment names the descriptors that go with it.
#pragma once

#include "adapters/sandbox/wire.hpp"
#include "domain/seat_facts.hpp"
#include "matchrunner/domain/tier.hpp"

namespace matchrunner::sandbox {

enum class MessageKind : std::uint8_t {
  hello,         // runner: Hello + {lock of the slot, pidfd of the runner}
  ready,         // launcher: Ready
  start,         // runner: StartMatch + {write end for MATCHRUNNER_EVENTS}
  started,       // launcher: Started + {a pidfd for the init of each seat that lives}
  start_failed,  // launcher: StartFailed; nothing runs
  stop,          // runner: Stop
  extend_lease,  // runner: ExtendLease
  seat_ended,    // launcher: SeatEnded
  ended,         // launcher: Ended; nothing of the match runs any more
};

struct Hello {
  std::uint32_t slot = 0;       // this launcher's number on the host: its cgroups and user ids go by it
  std::uint32_t first_uid = 0;  // as root: seat i runs as first_uid + i
  Tier at_most = Tier::full;
  bool diagnose = false;  // findings are wanted

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.slot, self.first_uid, self.at_most, self.diagnose);
  }
};

// A tier that was tried and cannot be had here.
struct MissedTier {
  Tier tier{};
  std::string why;  // "mount namespace: Operation not permitted"

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.tier, self.why);
  }
};

// One thing that was looked for, as in matchrunner/domain/diagnosis.hpp.
struct HostFinding {
  std::string name;
  bool found = false;
  std::string value;
  std::string cost;
  std::string remedy;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.name, self.found, self.value, self.cost, self.remedy);
  }
};

// What of the host's files a seat can reach.
enum class FileView : std::uint8_t {
  host,     // all that its user may, under the host's paths
  limited,  // the same paths, and only what view_table.hpp and its own folders show
  own_root  // nothing else is there; its folders are /seat, /output, /result and /tmp
};

struct Ready {
  Tier tier = Tier::none;
  std::vector<std::string> in_force;
  std::vector<MissedTier> missed;  // strongest first
  FileView view = FileView::host;
  bool own_user = false;              // seat i runs as first_uid + i
  std::vector<HostFinding> findings;  // when asked for

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.tier, self.in_force, self.missed, self.view, self.own_user, self.findings);
  }
};

struct SeatStart {
  std::string name;
  bool decides_end = false;  // the referee, or the single program
  bool has_output = false;   // sees /output and /result
  bool wired = false;        // stdin and stdout are pipes to the referee
  bool network = false;
  bool kill_on_output = false;  // at output_bytes; otherwise cut
  std::string folder;           // on the host: has seat/, tmp/, and output/ and result/ where it has output
  std::string stdout_log;       // on the host; empty: none
  std::string stderr_log;
  std::string working_folder;  // as the seat sees it
  std::string program;         // as the seat sees it
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=VALUE
  std::vector<std::string> read_only;    // host paths, seen at the same place
  std::uint64_t cpu_nanoseconds = 0;
  std::uint64_t wall_nanoseconds = 0;  // 0: none
  std::uint64_t memory_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint64_t file_bytes = 0;  // of a single file
  std::uint64_t disk_bytes = 0;  // in its own folders
  std::uint64_t files = 0;       // ... and folders there
  std::uint32_t processes = 0;
  std::uint32_t open_files = 0;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.name, self.decides_end, self.has_output, self.wired, self.network, self.kill_on_output,
                    self.folder, self.stdout_log, self.stderr_log, self.working_folder, self.program, self.arguments,
                    self.environment, self.read_only, self.cpu_nanoseconds, self.wall_nanoseconds, self.memory_bytes,
                    self.output_bytes, self.file_bytes, self.disk_bytes, self.files, self.processes, self.open_files);
  }
};

struct StartMatch {
  std::uint64_t run = 0;            // number of this run in this launcher
  std::string address;              // abstract socket that stands for match and epoch while it runs
  std::int64_t lease_deadline = 0;  // CLOCK_BOOTTIME nanoseconds; 0: none
  std::uint64_t grace_milliseconds = 0;
  std::vector<SeatStart> seats;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.address, self.lease_deadline, self.grace_milliseconds, self.seats);
  }
};

struct Started {
  std::uint64_t run = 0;
  std::vector<std::int32_t> pids;  // of each seat's program; 0: it never ran

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.pids);
  }
};

struct StartFailed {
  std::uint64_t run = 0;
  std::string step;  // "seat white: mount of /tmp"
  std::int32_t error_number = 0;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.step, self.error_number);
  }
};

struct Stop {
  std::uint64_t run = 0;
  std::uint64_t grace_milliseconds = 0;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.grace_milliseconds);
  }
};

struct ExtendLease {
  std::uint64_t run = 0;
  std::int64_t deadline = 0;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.deadline);
  }
};

struct SeatEnded {
  std::uint64_t run = 0;
  std::uint32_t seat = 0;
  SeatFacts facts;

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.seat, self.facts);
  }
};

struct Ended {
  std::uint64_t run = 0;
  std::string infrastructure_error;
  bool lost = false;  // broken from outside, or its lease ran out: another run may go well

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.run, self.infrastructure_error, self.lost);
  }
};

// Descriptors as the referee or program finds them.
inline constexpr int events_fd = 3;
constexpr int read_fd_of_player(int player) { return events_fd + 1 + 2 * player; }
constexpr int write_fd_of_player(int player) { return events_fd + 2 + 2 * player; }

}  // namespace matchrunner::sandbox
