// SPDX-License-Identifier: Apache-2.0
// Bind: something of the host that is put into a seat's view. A value that owns its descriptor.
#pragma once

#include <string>

#include "adapters/sandbox/launcher/failure.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {

struct Bind {
  std::string target;  // as the seat sees it
  UniqueFd tree;       // a detached copy of the host's mounts there
  bool folder = true;  // else a file
  std::string shadow;  // folder above the target that is made for this seat alone; empty: the target exists
};

enum class Access : unsigned char { read_only, writable, device, as_it_is };

// Fills `tree` and `folder` for `source`: with all below it, without set-user-id programs and, unless it is one,
// without devices.
Failure open_bind(const std::string& source, Access access, Bind& bind);

}  // namespace matchrunner::launcher
