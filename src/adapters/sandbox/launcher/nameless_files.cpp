// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/nameless_files.hpp"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>

#include "adapters/sandbox/launcher/text_file.hpp"
#include "adapters/sandbox/launcher/tree_use.hpp"

namespace matchrunner::launcher {
namespace {

// That is memory, which has a limit of its own.
bool lies_in_memory(const std::string& descriptor) {
  struct statfs about {};
  if (::statfs(descriptor.c_str(), &about) != 0) return true;
  return about.f_type == TMPFS_MAGIC || about.f_type == HUGETLBFS_MAGIC;
}

}  // namespace

NamelessFiles::NamelessFiles(pid_t init) {
  if (init > 0) left_ = processes_of_tree(init);
}

bool NamelessFiles::next() {
  if (left_.empty()) return false;
  const std::string folder = "/proc/" + std::to_string(left_.back()) + "/fd";
  left_.pop_back();
  for (const std::string& name : names_in(folder.c_str())) take(folder + "/" + name);
  return true;
}

void NamelessFiles::take(const std::string& descriptor) {
  struct stat about {};
  if (::stat(descriptor.c_str(), &about) != 0 || !S_ISREG(about.st_mode) || about.st_nlink != 0) return;
  const std::uint64_t inode = about.st_ino;
  const auto place = std::lower_bound(inodes_.begin(), inodes_.end(), inode);
  if ((place != inodes_.end() && *place == inode) || lies_in_memory(descriptor)) return;
  inodes_.insert(place, inode);
  bytes_ += static_cast<std::uint64_t>(about.st_blocks) * 512U;
}

}  // namespace matchrunner::launcher
