// SPDX-License-Identifier: Apache-2.0
// Pruned: what has become of the matches that ended before some moment. A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "matchrunner/base/result.hpp"

namespace matchrunner {

struct Pruned {
  std::uint64_t removed = 0;
  std::uint64_t left = 0;         // something of them could not be removed; a later call tries again
  std::optional<Error> why_left;  // what was said of the first of these

  // How many were removed; where some are left, an error that says how many of each, and why.
  Result<std::uint64_t> all_removed() const {
    if (!why_left) return removed;
    Error error = *why_left;
    error.message = std::to_string(removed) + " removed, " + std::to_string(left) + " left: " + why_left->message;
    return error;
  }
};

}  // namespace matchrunner
