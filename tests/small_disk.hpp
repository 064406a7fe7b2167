// SPDX-License-Identifier: Apache-2.0
// SmallDisk: a file system of a given size mounted on a folder, for tests of full disks. Needs root.
#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <fstream>
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

// As many bytes as there is room for, but for so many.
inline void fill_disk(const std::string& path, std::size_t leave = 0) {
  std::ofstream file(path, std::ios::binary);
  const std::string block(4096, 'x');
  while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
  }
  file.close();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - leave);
}

}  // namespace matchrunner
