// SPDX-License-Identifier: Apache-2.0
// LineFile: a file that only ever grows by whole lines, also over crashes and full disks, and also when several
// processes append to it or it is rotated by rename. Used by one thread at a time.
#pragma once

#include <string>

#include "base/unique_fd.hpp"
#include "matchrunner/base/context.hpp"
#include "matchrunner/base/result.hpp"

namespace matchrunner {

class LineFile {
 public:
  explicit LineFile(std::string path) : path_(std::move(path)) {}

  // Opens the file, or makes it; again when what is at the path is not what is open.
  Result<void> open();

  // Cuts off a torn last line, unless another process is at work: then that one has.
  Result<void> repair();

  // Appends `lines` (each with its '\n') in one write and syncs it. What does not fit is cut at the last whole line:
  // returns how many bytes are in the file. `resource_exhausted`: not even one line fitted.
  Result<std::size_t> append(const std::string& lines, const Context& context);

 private:
  class Turn;
  Result<off_t> cut_torn_line();
  Error failed() const;

  const std::string path_;
  UniqueFd file_;
};

}  // namespace matchrunner
