// SPDX-License-Identifier: Apache-2.0
#include "runtime/artifact_removal.hpp"

#include "runtime/match_end.hpp"

namespace matchrunner {

Result<void> ArtifactRemoval::remove(const Match& match, const Artifact& artifact, const Context& context) {
  const Storage* const own = storage_of(match, artifact.name);
  const std::string place = own == nullptr ? std::string() : own->second;
  if (const auto known = away_.find(place); known != away_.end()) return known->second;
  const auto sink = sink_of(state_, match, artifact.name);
  if (sink && !(*sink)->removes()) return {};  // a broker keeps nothing
  auto removed = sink ? (*sink)->remove(artifact.uri, context) : Result<void>(sink.error());
  if (!removed && passes(removed.error().code)) away_.emplace(place, removed.error());
  return removed;
}

}  // namespace matchrunner
