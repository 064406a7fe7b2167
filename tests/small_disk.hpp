// SPDX-License-Identifier: Apache-2.0
// SmallDisk: a file system of a given size mounted on a folder, for tests of full disks. Needs root.
#pragma once

#include <sys/mount.h>

#include <stdexcept>
#include <string>

namespace matchrunner {

class SmallDisk {
 public:
  SmallDisk(std::string folder, const std::string& size) : folder_(std::move(folder)) {
    if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) != 0)
      throw std::runtime_error("no file system can be mounted");
  }
  ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  const std::string folder_;
};

}  // namespace matchrunner
