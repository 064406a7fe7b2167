// SPDX-License-Identifier: Apache-2.0
// Images on an engine: looked up, and pulled from their registry.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/image_reference.hpp"

namespace matchrunner::docker {

// How far a pull is: what the registry says of the layers that it has begun.
struct PullStep {
  std::string step;
  std::uint64_t bytes = 0;
  std::uint64_t total_bytes = 0;
};
using OnPull = std::function<void(const PullStep& step)>;

// Makes the image ready as the options say. `not_found`: neither the engine nor the registry has it, or the engine has
// not and may not ask; `permission_denied`: the registry refuses; `unavailable`: it cannot be reached, or stands still.
Result<void> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const OnPull& on_pull, const Context& context);

}  // namespace matchrunner::docker
