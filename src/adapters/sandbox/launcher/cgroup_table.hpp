// SPDX-License-Identifier: Apache-2.0
// The files of cgroups that a launcher uses, in version 1 and 2: what each is for, and how its number is written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace matchrunner::launcher {

enum class Controller : unsigned char { memory, pids, cpu };
inline constexpr std::size_t controller_count = 3;

// Names of a controller in /proc/self/mountinfo (version 1) and cgroup.controllers (version 2). Version 2 counts cpu
// time in every group, so that one asks for no controller.
struct ControllerName {
  Controller controller;
  const char* version_1;
  const char* version_2;
  const char* in_force_1;
  const char* in_force_2;
  const char* in_force_without;  // by limits of each process, and looks at all of them
};
inline constexpr std::array<ControllerName, controller_count> controller_names{{
    {Controller::memory, "memory", "memory", "cgroup_v1:memory", "cgroup_v2:memory", "rlimit:memory"},
    {Controller::pids, "pids", "pids", "cgroup_v1:pids", "cgroup_v2:pids", "rlimit:pids"},
    {Controller::cpu, "cpuacct", "", "cgroup_v1:cpuacct", "cgroup_v2:cpu", "rlimit:cpu"},
}};

enum class CgroupFact : unsigned char {
  memory_limit,
  swap_limit,
  memory_now,
  memory_peak,
  oom_kills,
  processes,
  processes_now,
  processes_peak,     // since the group was made
  processes_refused,  // so
  cpu
};
inline constexpr std::size_t cgroup_fact_count = 10;

struct CgroupFile {
  CgroupFact fact;
  Controller controller;
  int version;
  const char* file;
  const char* key;     // "" : the whole file is the number
  std::uint64_t unit;  // of one count, in bytes or nanoseconds
  bool writable;
};
inline constexpr CgroupFile cgroup_files[] = {
    {CgroupFact::memory_limit, Controller::memory, 1, "memory.limit_in_bytes", "", 1, true},
    {CgroupFact::swap_limit, Controller::memory, 1, "memory.memsw.limit_in_bytes", "", 1, true},
    {CgroupFact::memory_now, Controller::memory, 1, "memory.usage_in_bytes", "", 1, false},
    {CgroupFact::memory_peak, Controller::memory, 1, "memory.max_usage_in_bytes", "", 1, true},
    {CgroupFact::oom_kills, Controller::memory, 1, "memory.oom_control", "oom_kill", 1, false},
    {CgroupFact::processes, Controller::pids, 1, "pids.max", "", 1, true},
    {CgroupFact::processes_now, Controller::pids, 1, "pids.current", "", 1, false},
    {CgroupFact::processes_peak, Controller::pids, 1, "pids.peak", "", 1, false},
    {CgroupFact::processes_refused, Controller::pids, 1, "pids.events", "max", 1, false},
    {CgroupFact::cpu, Controller::cpu, 1, "cpuacct.usage", "", 1, false},
    {CgroupFact::memory_limit, Controller::memory, 2, "memory.max", "", 1, true},
    {CgroupFact::swap_limit, Controller::memory, 2, "memory.swap.max", "", 1, true},
    {CgroupFact::memory_now, Controller::memory, 2, "memory.current", "", 1, false},
    {CgroupFact::memory_peak, Controller::memory, 2, "memory.peak", "", 1, true},
    {CgroupFact::oom_kills, Controller::memory, 2, "memory.events", "oom_kill", 1, false},
    {CgroupFact::processes, Controller::pids, 2, "pids.max", "", 1, true},
    {CgroupFact::processes_now, Controller::pids, 2, "pids.current", "", 1, false},
    {CgroupFact::processes_peak, Controller::pids, 2, "pids.peak", "", 1, false},
    {CgroupFact::processes_refused, Controller::pids, 2, "pids.events", "max", 1, false},
    {CgroupFact::cpu, Controller::cpu, 2, "cpu.stat", "usage_usec", 1000, false},
};

}  // namespace matchrunner::launcher
