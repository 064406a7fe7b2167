// SPDX-License-Identifier: Apache-2.0
// DiskWatch: when to look at what the seats of a match have written to the host's disk. One thread at a time; the
// seats' SeatStarts must outlive it.
#pragma once

#include <optional>
#include <vector>

#include "adapters/sandbox/launcher/disk_look.hpp"

namespace matchrunner::launcher {

// A seat waits, half a second at first; when its time has come and no other is being looked at, it is looked at, in
// steps; when that is over it waits again, so long that looking at it takes a twentieth of the time at most. One that
// has ended is let alone, but for its last look.
class DiskWatch {
 public:
  struct Reached {
    std::size_t seat = 0;
    EndedBy limit{};
  };

  explicit DiskWatch(const std::vector<sandbox::SeatStart>& seats) : seats_(seats), watched_(seats.size()) {}

  // This one has begun, with that init.
  void follow(std::size_t seat, pid_t init, std::int64_t now);
  // A step of what is due; what it found.
  std::optional<Reached> go_on(std::int64_t now);
  // When to go on; 0: no seat is left.
  std::int64_t next_time() const;
  // No more looks at this one.
  void leave(std::size_t seat);

  // At one that has ended: not in steps, but not at more than its launcher has the time for.
  static std::optional<EndedBy> last_look(const sandbox::SeatStart& seat);

 private:
  bool begin(std::int64_t now);

  const std::vector<sandbox::SeatStart>& seats_;
  struct Watched {
    std::int64_t due = 0;  // 0: not to be looked at
    pid_t init = 0;
  };
  std::vector<Watched> watched_;  // by seat
  std::optional<DiskLook> look_;
  std::size_t looked_at_ = 0;
  std::int64_t took_ = 0;  // nanoseconds so far
};

}  // namespace matchrunner::launcher
