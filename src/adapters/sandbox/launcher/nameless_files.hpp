// SPDX-License-Identifier: Apache-2.0
// NamelessFiles: files of a seat's processes that are open and have lost their names. They take room on the disk, and
// no look into a folder finds them. One thread at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace matchrunner::launcher {

// By what /proc shows of open descriptors: not those that a process only has in its memory or in a socket, nor those of
// processes that we may not look into.
class NamelessFiles {
 public:
  // Of all processes below a seat's init.
  explicit NamelessFiles(pid_t init);

  // Looks at one process more. false: that was the last.
  bool next();

  std::uint64_t files() const { return inodes_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  void take(const std::string& descriptor);

  std::vector<pid_t> left_;
  std::vector<std::uint64_t> inodes_;  // of those seen, sorted: many processes may have the same
  std::uint64_t bytes_ = 0;
};

}  // namespace matchrunner::launcher
