// SPDX-License-Identifier: Apache-2.0
// Images on an engine: looked up, and pulled from their registry.
#pragma once

#include <string>

#include "adapters/docker/engine.hpp"
#include "adapters/docker/image_reference.hpp"
#include "adapters/docker/json_parts.hpp"
#include "matchrunner/domain/image.hpp"

namespace matchrunner::docker {

// Makes the image ready as the options say, and tells what the engine has of it. `not_found`: neither the engine nor
// the registry has it, or the engine has not and may not ask; `permission_denied`: the registry refuses; `unavailable`:
// it cannot be reached, or stands still.
Result<Json> provide_image(Engine& engine, const ImageReference& image, const DockerOptions& options,
                           const OnImageStep& on_step, const Context& context);

// Asks its registry for it.
Result<void> pull(Engine& engine, const ImageReference& image, const DockerOptions& options, const OnImageStep& on_step,
                  const Context& context);

// GET /images/IMAGE/json
Result<Json> look_up_image(Engine& engine, const std::string& image, const Context& context);

}  // namespace matchrunner::docker
