// SPDX-License-Identifier: Apache-2.0
// SeatFacts: what an executor of programs saw of one seat; seat_verdict.hpp makes the words of it. Plain values.
#pragma once

#include <cstdint>
#include <tuple>

namespace matchrunner {

// Folders in folders that a seat may have in its own.
inline constexpr std::size_t deepest_folder = 128;

// Why its executor ended a seat; `itself`: it did not.
enum class EndedBy : std::uint8_t {
  itself,
  cpu_limit,
  wall_limit,
  memory_limit,
  output_limit,
  disk_limit,
  files_limit,
  depth_limit,     // deepest_folder
  stop,            // the runner asked
  referee_done,    // the referee or program ended well
  referee_failed,  // ... or badly
  not_all_started,
  lease,
  infrastructure,  // a log could not be written, an init was killed
};

// What was seen of one seat.
struct SeatFacts {
  bool started = false;
  std::int32_t start_error = 0;  // errno of execve, when not started
  std::int32_t wait_status = 0;  // as of waitpid, when `exited_itself`
  bool exited_itself = false;    // its own program's end was seen
  EndedBy ended_by = EndedBy::itself;
  bool truncated = false;
  std::uint64_t out_of_memory_kills = 0;
  std::uint64_t cpu_nanoseconds = 0;
  std::uint64_t wall_nanoseconds = 0;
  std::uint64_t peak_memory_bytes = 0;
  std::uint64_t output_bytes = 0;
  std::uint32_t processes = 0;          // most at once, as far as seen, its init left out
  std::uint64_t refused_processes = 0;  // that the limit of them kept from starting

  template <class Self>
  static auto fields(Self& self) {
    return std::tie(self.started, self.start_error, self.wait_status, self.exited_itself, self.ended_by, self.truncated,
                    self.out_of_memory_kills, self.cpu_nanoseconds, self.wall_nanoseconds, self.peak_memory_bytes,
                    self.output_bytes, self.processes, self.refused_processes);
  }
};

}  // namespace matchrunner
