// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/copy_files.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adapters/sandbox/launcher/text_file.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {
namespace {

constexpr off_t largest = 2 << 20;
constexpr int deepest_source = 4;

void copy(const std::string& source, int root, const std::string& target, int depth) {
  struct stat about {};
  if (::lstat(source.c_str(), &about) != 0 || depth > deepest_source) return;
  if (S_ISLNK(about.st_mode)) {
    char link[PATH_MAX];
    const ssize_t size = ::readlink(source.c_str(), link, sizeof link - 1);
    if (size <= 0) return;
    link[size] = '\0';
    [[maybe_unused]] const int made = ::symlinkat(link, root, target.c_str());
  } else if (S_ISREG(about.st_mode) && about.st_size <= largest) {
    const std::string content = read_text(source.c_str());
    const UniqueFd file(::openat(root, target.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    [[maybe_unused]] const ssize_t written = ::write(file.get(), content.data(), content.size());
  } else if (S_ISDIR(about.st_mode)) {
    ::mkdirat(root, target.c_str(), 0755);
    for (const std::string& name : names_in(source.c_str()))
      copy(source + "/" + name, root, target + "/" + name, depth + 1);
  }
}

}  // namespace

void copy_small_files(const std::string& source, int root, const std::string& target) { copy(source, root, target, 0); }

}  // namespace matchrunner::launcher
