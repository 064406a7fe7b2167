// SPDX-License-Identifier: Apache-2.0
// DiskLook: one look at the room that a seat's own folders take on the host's disk, in steps, so that its launcher can
// see to other things in between. One thread at a time; the SeatStart must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "adapters/sandbox/launcher/nameless_files.hpp"
#include "adapters/sandbox/messages.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

// Folder after folder, with a descriptor for each that it is in: what a seat moves or links elsewhere meanwhile leads
// it nowhere else. Then the open files without names, process after process. It ends when everything was seen, or as
// soon as a limit is passed. What moves may be seen twice or missed: the limits are approximate.
class DiskLook {
 public:
  // `init`: of the seat; 0: it has ended.
  DiskLook(const sandbox::SeatStart& seat, pid_t init) : seat_(seat), init_(init) {}

  // Looks at so many entries more, or at one process.
  void go_on(std::uint64_t entries);

  bool over() const { return over_; }
  // The limit that was passed.
  std::optional<EndedBy> reached() const { return reached_; }

 private:
  struct Level {
    UniqueFd folder;
    std::int64_t next = 0;  // where its listing goes on, after a folder in it
  };

  void next_entry();
  void next_folder();
  bool fill();
  void leave();
  void enter(UniqueFd folder);
  void take(const char* name);
  void next_process();
  void reach(EndedBy limit);

  const sandbox::SeatStart& seat_;
  const pid_t init_;
  std::size_t next_own_ = 0;  // of the seat's own folders
  std::vector<Level> levels_;
  std::array<char, 8192> names_{};  // as the kernel lists them, of the last level
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t files_ = 0;
  std::optional<NamelessFiles> nameless_;
  bool over_ = false;
  std::optional<EndedBy> reached_;
};

}  // namespace matchrunner::launcher
