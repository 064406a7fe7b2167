// SPDX-License-Identifier: Apache-2.0
// Removing folders that somebody else has filled: however deep they are, and whatever their modes.
// Any thread, one at a time on the same folder.
#pragma once

#include <optional>
#include <string>

namespace matchrunner {

// The first thing that could not be removed.
struct Remains {
  int error_number = 0;
  std::string path;  // printable, one line; of what lies very deep only how deep it is
};

// The folder and all that is in it, or the file or link of this name; what is not there is fine. Links are never
// followed, folders that are closed to their owner are opened, and no more than four descriptors are held at any depth.
// What cannot be removed stays, and everything else goes.
std::optional<Remains> remove_tree(const std::string& path);

}  // namespace matchrunner
