// SPDX-License-Identifier: Apache-2.0
// What this host's kernel tells of out-of-memory kills. It does so before the program is gone, while an engine that is
// busy may tell of one after the end, or never.
#pragma once

#include <cstdint>
#include <string>

namespace matchrunner::docker {

// How many there were since it was booted, in whatever container: `oom_kill` of proc_vmstat(5), Linux 4.13 and later.
// 0: it does not say.
std::uint64_t out_of_memory_kills();

// Whether its log tells of one for a container's own limit ("oom-kill:", Linux 5.0 and later). false, too: that is not
// for us to read (CAP_SYSLOG), or was too long ago, or one of too many at once.
bool was_killed_out_of_memory(const std::string& container_id);

}  // namespace matchrunner::docker
