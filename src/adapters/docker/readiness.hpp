// SPDX-License-Identifier: Apache-2.0
// Whether a seat that runs is ready, in the ways that its `ready` names, by what the engine tells of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/json_parts.hpp"
#include "matchrunner/domain/game.hpp"

namespace matchrunner::docker {

// The command of an image's health check, by what the engine says of the image; nothing: it has none.
std::optional<std::vector<std::string>> health_check_of(const Json& image);

// Runs the command in the container, as the health check that it is; true: it passed.
Result<bool> passes(Engine& engine, const std::string& container, const std::vector<std::string>& command,
                    const Context& context);

// What did not happen: "nothing listens on its port 6000".
std::string what_is_missing(const Readiness& ready);

}  // namespace matchrunner::docker
