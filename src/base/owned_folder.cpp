// SPDX-License-Identifier: Apache-2.0
#include "base/owned_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace matchrunner {

UniqueFd open_owned_folder(int parent, const char* name) {
  constexpr int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  UniqueFd folder(::openat(parent, name, O_RDONLY | flags));
  if (folder || errno != EACCES) return folder;
  const UniqueFd place(::openat(parent, name, O_PATH | flags));
  if (!place || ::chmod(("/proc/self/fd/" + std::to_string(place.get())).c_str(), S_IRWXU) != 0) return folder;
  return UniqueFd(::openat(place.get(), ".", O_RDONLY | flags));
}

}  // namespace matchrunner
