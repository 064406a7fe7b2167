// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/bind.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {

Failure open_bind(const std::string& source, Access access, Bind& bind) {
  constexpr unsigned recursive = 0x8000;  // AT_RECURSIVE
  bind.tree.reset(open_tree(AT_FDCWD, source.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive));
  if (!bind.tree) return failed("open_tree of " + source);
  struct stat about {};
  if (::fstat(bind.tree.get(), &about) != 0) return failed("stat of " + source);
  bind.folder = S_ISDIR(about.st_mode);
  if (access == Access::as_it_is) return {};
  const std::uint64_t attributes = MOUNT_ATTR_NOSUID | (access == Access::device ? 0 : MOUNT_ATTR_NODEV) |
                                   (access == Access::read_only ? MOUNT_ATTR_RDONLY : 0);
  if (set_mount_attributes(bind.tree.get(), attributes, true) != 0) return failed("mount_setattr of " + source);
  return {};
}

}  // namespace matchrunner::launcher
