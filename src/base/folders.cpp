// SPDX-License-Identifier: Apache-2.0
#include "base/folders.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/system_error.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner {
namespace {

std::string parent_of(const std::string& path) {
  const auto end = path.find_last_not_of('/');
  const auto slash = path.find_last_of('/', end);
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<void> make_folders(const std::string& path, mode_t mode, const std::string& origin) {
  if (path.empty()) return {};
  if (::mkdir(path.c_str(), mode) == 0) return sync_folder(parent_of(path), origin);
  if (errno == ENOENT && parent_of(path) != path) {
    if (auto above = make_folders(parent_of(path), mode, origin); !above) return above;
    if (::mkdir(path.c_str(), mode) == 0) return sync_folder(parent_of(path), origin);
  }
  const int error_number = errno;
  struct stat status {};
  if (error_number == EEXIST && ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return {};
  return system_error(error_number, path, origin);
}

Result<void> sync_folder(const std::string& path, const std::string& origin) {
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_error(errno, path, origin);
  return {};
}

}  // namespace matchrunner
