// SPDX-License-Identifier: Apache-2.0
// What an engine is sent to build an image from: a folder as a tar archive. Nothing outside of the folder is read:
// links are packed as links, wherever they lead. Pipes, sockets and devices are left out.
#pragma once

#include "adapters/docker/seat_archive.hpp"
#include "matchrunner/domain/image.hpp"

namespace matchrunner::docker {

// In a file without a name in the folder for temporary files, which has to have room. `not_found`: the folder, or its
// Dockerfile; `resource_exhausted`: no room, or more than 10 GB.
Result<Archive> pack_build_folder(const ImageBuild& build, const Context& context);

}  // namespace matchrunner::docker
