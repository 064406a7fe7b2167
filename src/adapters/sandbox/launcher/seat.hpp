// SPDX-License-Identifier: Apache-2.0
// Seat: one running seat of a match as the launcher sees it: its processes, logs, limits and what is known of its end.
// One thread at a time.
#pragma once

#include <poll.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/sandbox/launcher/log_pump.hpp"
#include "adapters/sandbox/launcher/seat_slot.hpp"
#include "adapters/sandbox/launcher/tree_use.hpp"
#include "adapters/sandbox/messages.hpp"

namespace matchrunner::launcher {

using Nanoseconds = std::int64_t;  // on CLOCK_BOOTTIME

Nanoseconds boot_time();

class Seat {
 public:
  enum class Phase : unsigned char {
    starting,  // its init has not reported yet
    running,
    failed,  // the host could not start it: failure()
    over,    // no process is left, the logs are complete
  };

  Seat(const sandbox::SeatStart& start, SeatSlot& slot, const Grounds& grounds, std::uint32_t index);

  // Limits, logs and view; then the descriptors are the wiring's business, through plan().
  Failure prepare(RootTemplate& view);
  SeatPlan& plan() { return plan_; }
  // Makes the seat's user the owner of a pipe, so that it may open /dev/stderr and the like.
  void own(const UniqueFd& pipe) const;

  void begin_spawn();
  Failure finish_spawn();

  Phase phase() const { return phase_; }
  const Failure& failure() const { return failure_; }
  bool alive() const { return static_cast<bool>(pidfd_); }
  int pidfd() const { return pidfd_.get(); }
  pid_t init() const { return init_; }
  pid_t program_pid() const;      // of the program, or of the init when it is gone already
  pid_t running_program() const;  // 0: there is none any more
  const SeatFacts& facts() const { return facts_; }
  bool decides_end() const { return start_.decides_end; }
  bool ended_well() const;
  bool crashed() const;  // by a signal that is not that of a closed pipe
  // Its own program, or its init, whatever else of it is still there.
  bool program_ended() const { return facts_.exited_itself || !alive(); }
  const Failure& log_failure() const { return log_failure_; }
  bool init_killed() const { return init_killed_; }  // by somebody on the host

  // From now on whatever ends the seat is this, unless something else was before.
  void blame(EndedBy reason);
  // The same for a seat that may have ended since, by itself but as a consequence.
  void excuse(EndedBy reason);
  void ask_to_end();  // SIGTERM to all of it
  void kill();

  // Descriptors to wait for, in the order in which react() expects them back.
  void watch(std::vector<pollfd>& fds) const;
  // Reads what came. `events` are the entries that watch() added.
  void react(const pollfd* events);
  // Kills the seat when it has reached a limit. Returns when to check again; nothing: no need.
  std::optional<Nanoseconds> check_limits(Nanoseconds now);

 private:
  Failure make_view(RootTemplate& view);
  void lay_out();
  void read_status();
  void pump(LogPump& log);
  void drain(LogPump& log);
  void collect();
  void count_processes_now();
  TreeUse use_now() const;
  std::optional<EndedBy> limit_reached(Nanoseconds now);

  const sandbox::SeatStart& start_;
  SeatSlot& slot_;
  const Grounds& grounds_;
  SeatPlan plan_;
  Phase phase_ = Phase::starting;
  Failure failure_;
  Failure log_failure_;
  bool init_killed_ = false;
  pid_t init_ = -1;
  UniqueFd pidfd_;
  UniqueFd status_;
  LogPump stdout_;
  LogPump stderr_;
  SeatFacts facts_;
  Nanoseconds started_at_ = 0;
  Nanoseconds wall_end_ = 0;  // 0: none
  Nanoseconds next_use_check_ = 0;
  TreeUse largest_use_;
  std::uint64_t most_processes_ = 1;
  std::uint64_t cpu_before_ = 0;
  std::uint64_t memory_before_ = 0;
  std::uint64_t kills_before_ = 0;
  std::uint64_t peak_before_ = 0;  // of processes
  std::uint64_t refused_before_ = 0;
};

}  // namespace matchrunner::launcher
