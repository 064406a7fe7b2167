// SPDX-License-Identifier: Apache-2.0
// What still waits to leave the store or the spool, read from the store (domain/waiting.hpp).
// No threads and no state: safe wherever the store is.
#pragma once

#include <vector>

#include "matchrunner/domain/waiting.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// For each sink that the store knows, in the order in which they came.
Result<std::vector<OutboxStatus>> waiting_events(StateStore& store, const Context& context);

// For each match that has ended and has a timer: the next try to store its artifacts.
Result<std::vector<WaitingArtifacts>> waiting_artifacts(StateStore& store, const Context& context);

}  // namespace matchrunner
