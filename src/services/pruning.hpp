// SPDX-License-Identifier: Apache-2.0
// Pruning: forgetting matches that ended long ago, and journal entries that no sink still needs.
// No threads and no state: safe wherever the store is.
#pragma once

#include <functional>

#include "matchrunner/domain/match.hpp"
#include "matchrunner/domain/pruned.hpp"
#include "matchrunner/ports/state_store.hpp"

namespace matchrunner {

// Removes one artifact of a match that goes.
using RemoveArtifact =
    std::function<Result<void>(const Match& match, const Artifact& artifact, const Context& context)>;

// Removes matches that ended before `before`, each after its artifacts. One whose artifacts do not go is left, and the
// others go; an error is one of the store or of the context. Killed in the middle: artifacts of one match are gone, and
// its record goes next time. Others may do the same at the same time.
Result<Pruned> prune_matches(StateStore& store, Time before, const RemoveArtifact& remove_artifact,
                             const Context& context);

// Trims the journal up to the newest event that is older than `before` and that every sink has, but not into the story
// of a match that has not ended or whose artifacts are not stored yet: its first event stays, and all after that.
Result<std::uint64_t> trim_journal(StateStore& store, Time before, const Context& context);

}  // namespace matchrunner
