// SPDX-License-Identifier: Apache-2.0
// Images on an engine: looked up, and pulled from their registry.
#pragma once

#include "adapters/docker/engine.hpp"
#include "adapters/docker/image_reference.hpp"

namespace matchrunner::docker {

// Makes the image ready as the options say. `not_found`: neither the engine nor the registry has it, or the engine has
// not and may not ask; `permission_denied`: the registry refuses; `unavailable`: it cannot be reached, or stands still.
Result<void> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const Context& context);

}  // namespace matchrunner::docker
