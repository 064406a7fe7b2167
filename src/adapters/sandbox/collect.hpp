// SPDX-License-Identifier: Apache-2.0
// Brings what a referee or program left into the run's spool folder, when nothing of it runs any more. What it left is
// not trusted: only regular files are taken, links are never followed.
#pragma once

#include <cstdint>
#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner::sandbox {

struct Collected {
  std::uint64_t bytes = 0;    // of all files it left
  std::uint64_t dropped = 0;  // files beyond the limit, which were removed
  std::uint64_t surplus = 0;  // files and folders beyond max_output_files, which were taken away
};

// work/<seat>/output becomes output/, work/<seat>/result/result.json becomes result.json; both get the caller's owner.
Result<Collected> collect(const std::string& spool, const std::string& seat, std::uint64_t limit);

// Its temporary folder, where it had one on the host.
Result<void> remove_temporary(const std::string& spool, const std::string& seat);

}  // namespace matchrunner::sandbox
