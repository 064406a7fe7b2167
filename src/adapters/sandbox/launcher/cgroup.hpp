// SPDX-License-Identifier: Apache-2.0
// Cgroup: the groups of one seat slot, kept from match to match. Limits are set before a seat starts; what it used is
// the difference between two readings. One thread at a time; removes its groups when destroyed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sandbox/launcher/cgroup_places.hpp"
#include "adapters/sandbox/launcher/failure.hpp"
#include "adapters/sandbox/launcher/finds.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

class Cgroup {
 public:
  Cgroup() = default;
  ~Cgroup();
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;

  Failure open(const CgroupPlaces& places, std::size_t seat);

  // Version 1: what this thread clones is born in the groups. Its own place counts as one process.
  Failure enter(pid_t thread);
  // Back to where the launcher is, so that the groups can be removed.
  void leave(pid_t thread);
  // Version 2: for CLONE_INTO_CGROUP; -1: not to be used.
  int clone_into() const { return version_2_.get(); }

  bool has(Controller controller) const { return has_[static_cast<std::size_t>(controller)]; }
  Failure limit(std::uint64_t memory_bytes, std::uint32_t processes);

  // 0 where the controller is missing.
  std::uint64_t cpu_nanoseconds() const { return number(CgroupFact::cpu); }
  std::uint64_t memory_now() const { return number(CgroupFact::memory_now); }
  std::uint64_t memory_peak() const { return number(CgroupFact::memory_peak); }
  std::uint64_t out_of_memory_kills() const { return number(CgroupFact::oom_kills); }
  // Without the thread that clones the seat. The peak is that of all matches so far: it counts where it rises.
  std::uint64_t processes_now() const { return without_launcher(number(CgroupFact::processes_now)); }
  std::uint64_t processes_peak() const { return without_launcher(number(CgroupFact::processes_peak)); }
  // Of processes_now(), those that live: one whose launcher was killed counts there until it is waited for, by whoever
  // has inherited it.
  std::uint64_t processes_alive() const;
  // Groups that somebody has made below the seat's own; they are removed.
  void remove_groups_below(Finds& finds) const;
  std::uint64_t processes_refused() const { return number(CgroupFact::processes_refused); }
  // Becomes readable when the kernel finds no memory for the seat; -1: ask out_of_memory_kills().
  int out_of_memory_event() const { return oom_event_.get(); }
  void clear_out_of_memory_event();

 private:
  Failure watch_out_of_memory(const std::string& folder);
  std::uint64_t number(CgroupFact fact) const;
  std::uint64_t without_launcher(std::uint64_t processes) const;
  std::uint32_t of_launcher() const { return version_2_ ? 0 : 1; }  // threads in the group
  bool set(CgroupFact fact, std::uint64_t value);

  struct File {
    UniqueFd fd;
    const CgroupFile* row = nullptr;
    std::optional<std::uint64_t> written;
  };
  std::array<File, cgroup_fact_count> files_;
  std::array<bool, controller_count> has_{};
  std::vector<std::string> folders_;
  std::string threads_file_;  // of what processes_now() counts
  UniqueFd version_2_;
  UniqueFd oom_event_;
};

}  // namespace matchrunner::launcher
