// SPDX-License-Identifier: Apache-2.0
// Images of a Docker Engine: built from a folder, pushed to a registry, pulled from one. Each call has a connection of
// its own and blocks until the work is done; safe from any thread. `on_step` may be null, and is called in that thread.
#pragma once

#include <string>

#include "matchrunner/adapters/docker.hpp"
#include "matchrunner/domain/image.hpp"

namespace matchrunner {

// A `tag` without a registry means DockerOptions::default_registry, as an image of a seat does. Which `images` may run
// and `pull` count for nothing here. When the context ends the engine is told to give up. For all three:
// `invalid_argument`: an option, the tag; `unavailable`: the engine or the registry is away; `permission_denied`: one
// of them refuses.

// `not_found`: the folder, its Dockerfile, an image that it is built from; `invalid_argument`: the Dockerfile, also
// when a command in it fails: the message has the engine's words, and `on_step` was told what it wrote.
Result<Image> build_image(const DockerOptions& options, const ImageBuild& build, const OnImageStep& on_step = nullptr,
                          const Context& context = {});

// To the registry that its name says. `not_found`: the engine has none of that name.
Result<Image> push_image(const DockerOptions& options, const std::string& tag, const OnImageStep& on_step = nullptr,
                         const Context& context = {});

// `not_found`: the registry has none of that name.
Result<Image> pull_image(const DockerOptions& options, const std::string& tag, const OnImageStep& on_step = nullptr,
                         const Context& context = {});

}  // namespace matchrunner
