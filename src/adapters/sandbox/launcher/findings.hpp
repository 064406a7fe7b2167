// SPDX-License-Identifier: Apache-2.0
// What `matchrunner doctor` tells of a host: one table of things that are looked for, each by trying or reading.
#pragma once

#include "adapters/sandbox/launcher/cgroup_places.hpp"
#include "adapters/sandbox/messages.hpp"

namespace matchrunner::launcher {

// Before the launcher has changed its own namespaces.
std::vector<sandbox::HostFinding> find_out(const sandbox::Hello& hello, const CgroupPlaces& cgroups);

}  // namespace matchrunner::launcher
