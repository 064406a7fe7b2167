// SPDX-License-Identifier: Apache-2.0
// Ends runs of a match that an earlier epoch left on this host, by the sockets that stand for them.
#pragma once

#include <cstdint>
#include <string>

#include "matchrunner/base/context.hpp"

namespace matchrunner::sandbox {

// Returns when no process of a run of this match with an epoch below `epoch` is left here. `permission_denied`: such a
// run belongs to another user, who alone may end it. `timeout`: it has not ended yet.
Result<void> end_older_runs(const std::string& match_id, std::uint64_t epoch, const Context& context);

}  // namespace matchrunner::sandbox
