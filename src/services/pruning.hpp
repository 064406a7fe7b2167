// SPDX-License-Identifier: Apache-2.0
// Pruning: forgetting matches that ended long ago, and journal entries that no sink still needs.
// No threads and no state: safe wherever the store is.
#pragma once

#include <functional>
#include <string>

#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/match.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// Removes matches that ended before `before`, each after its artifacts (`remove_artifact`); returns how many.
Result<std::uint64_t> prune_matches(
    StateStore& store, Time before,
    const std::function<Result<void>(const Match& match, const Artifact& artifact)>& remove_artifact,
    const Context& context);

// Trims the journal up to the newest event that is older than `before` and that every sink has, but not into the story
// of a match that has not ended or whose artifacts are not stored yet: its first event stays, and all after that.
Result<std::uint64_t> trim_journal(StateStore& store, Time before, const Context& context);

}  // namespace matchrunner
