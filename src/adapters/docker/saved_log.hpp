// SPDX-License-Identifier: Apache-2.0
// What a container has printed is brought to safety before it is removed, where nobody has read it to its end: its run
// was lost, came to nothing while it started, or cannot be gone on with.
#pragma once

#include <string>

#include "adapters/docker/engine.hpp"
#include "matchrunner/domain/match_plan.hpp"

namespace matchrunner::docker {

// Ends the container, and puts its logs in the place of those in the spool, as whole as the engine has them; those that
// it may have thrown away a part of stay as they are. One that is gone, or was never started, has none. Used before
// remove(): an error says what is missing, and stops nobody.
Result<void> save_log(Engine& engine, const MatchPlan& plan, const Seat& seat, const std::string& container,
                      const Context& context);

}  // namespace matchrunner::docker
