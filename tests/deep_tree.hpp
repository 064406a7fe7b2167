// SPDX-License-Identifier: Apache-2.0
// Trees that are deeper than a process may have descriptors, and than a path may be long. Plain functions.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <stdexcept>
#include <string>

#include "base/unique_fd.hpp"

namespace matchrunner {

// `levels` folders of this name, one in the other, in the folder `path`. The innermost.
inline UniqueFd nest(const std::string& path, int levels, const std::string& name = "deeper") {
  UniqueFd at(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int i = 0; i < levels; ++i) {
    if (::mkdirat(at.get(), name.c_str(), 0755) != 0) throw std::runtime_error("a folder cannot be made");
    at.reset(::openat(at.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  return at;
}

// Few descriptors for this process, until the end of the scope.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit few = before_;
    few.rlim_cur = most;
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewDescriptors(const FewDescriptors&) = delete;
  FewDescriptors& operator=(const FewDescriptors&) = delete;

 private:
  rlimit before_{};
};

}  // namespace matchrunner
