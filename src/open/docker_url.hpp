// SPDX-License-Identifier: Apache-2.0
// docker:// URLs as the options of the executor and of work with images. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "matchrunner/adapters/docker.hpp"

namespace matchrunner {

inline constexpr std::string_view docker_form =
    "docker://[HOST:PORT|/SOCKET]?images=PATTERN[,PATTERN...][&pull=missing|always|never&user=UID:GID"
    "&certificates=FOLDER&default_registry=HOST[:PORT]&registry=HOST[:PORT]&registry_user=NAME"
    "&registry_password=SECRET]";

// `invalid_argument`: an option or a part that no such URL has, or that is none.
Result<DockerOptions> docker_options(const std::string& url);

// Of several URLs of executors, with spaces between them, the first of an engine. `invalid_argument`: there is none.
Result<DockerOptions> engine_options(const std::string& executor_urls);

}  // namespace matchrunner
