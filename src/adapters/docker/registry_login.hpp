// SPDX-License-Identifier: Apache-2.0
// The login at a registry, as an engine passes it on. Pure functions.
#pragma once

#include <string>

#include "matchrunner/adapters/docker.hpp"

namespace matchrunner::docker {

// `invalid_argument`: what the options say of registries.
Result<void> check_registries(const DockerOptions& options);

// X-Registry-Auth, for work with images of this registry; an empty login where there is none for it.
std::string login_at(const std::string& registry, const DockerOptions& options);

// X-Registry-Config, for builds: the logins at all registries.
std::string all_logins(const DockerOptions& options);

}  // namespace matchrunner::docker
