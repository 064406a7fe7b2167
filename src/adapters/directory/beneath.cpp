// SPDX-License-Identifier: Apache-2.0
#include "adapters/directory/beneath.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/system_error.hpp"

namespace matchrunner {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

Error failed(std::string_view path) { return system_error(errno, std::string(path), "directory"); }

std::string_view parent_of(std::string_view path) {
  const auto slash = path.find_last_of('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

}  // namespace

Result<UniqueFd> open_root(const std::string& folder) {
  UniqueFd root(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return failed(folder);
  return root;
}

Result<UniqueFd> open_parent(const UniqueFd& root, std::string_view path, Missing missing) {
  UniqueFd at(::openat(root.get(), ".", folder_flags));
  if (!at) return failed(path);
  for (auto slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    const std::string part(path.substr(0, slash));
    path.remove_prefix(slash + 1);
    if (missing == Missing::make) {
      if (::mkdirat(at.get(), part.c_str(), folder_mode) == 0) {
        if (::fsync(at.get()) != 0) return failed(part);
      } else if (errno != EEXIST) {
        return failed(part);
      }
    }
    UniqueFd next(::openat(at.get(), part.c_str(), folder_flags));
    if (!next) return failed(part);
    at = std::move(next);
  }
  return at;
}

std::string leaf_of(std::string_view path) { return std::string(path.substr(path.find_last_of('/') + 1)); }

void remove_empty_parents(const UniqueFd& root, std::string_view path) {
  for (auto folder = parent_of(path); !folder.empty(); folder = parent_of(folder)) {
    const auto above = open_parent(root, folder, Missing::fail);
    if (!above || ::unlinkat(above->get(), leaf_of(folder).c_str(), AT_REMOVEDIR) != 0) return;
  }
}

}  // namespace matchrunner
