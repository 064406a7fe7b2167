// SPDX-License-Identifier: Apache-2.0
// Ends runs of a match that an earlier epoch left on this host, by the sockets that stand for them.
#pragma once

#include "matchrunner/base/context.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::sandbox {

// Returns when no process of a run of this match with an older epoch is left here. `permission_denied`: such a run
// belongs to another user, who alone may end it. `timeout`: it has not ended yet.
Result<void> end_older_runs(const MatchPlan& plan, const Context& context);

}  // namespace matchrunner::sandbox
