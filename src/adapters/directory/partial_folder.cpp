// SPDX-License-Identifier: Apache-2.0
#include "adapters/directory/partial_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <cerrno>
#include <memory>

#include "adapters/directory/beneath.hpp"
#include "base/digest.hpp"
#include "base/system_error.hpp"

namespace matchrunner {
namespace {

constexpr const char* name = ".partial";  // no match has such an id
constexpr time_t abandoned_after = 24 * 60 * 60;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<void> make_partial_folder(const UniqueFd& root, const std::string& folder) {
  if (::mkdirat(root.get(), name, folder_mode) == 0 || errno == EEXIST) return {};
  return system_error(errno, folder + "/" + name, "directory");
}

std::string partial_path(const std::string& path) { return std::string(name) + "/" + sha256_hex(path); }

void sweep_partial_folder(const UniqueFd& root) {
  UniqueFd fd(::openat(root.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const std::unique_ptr<DIR, CloseFolder> entries(::fdopendir(fd.get()));
  if (entries == nullptr) return;
  const int folder = fd.release();  // closed with `entries`
  const time_t now = ::time(nullptr);
  while (const dirent* entry = ::readdir(entries.get())) {
    struct stat status {};
    if (::fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode)) continue;
    if (now - status.st_mtime > abandoned_after) ::unlinkat(folder, entry->d_name, 0);
  }
}

}  // namespace matchrunner
