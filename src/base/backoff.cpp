// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.hpp"

#include <algorithm>

#include "base/random.hpp"

namespace matchrunner {

milliseconds jittered(milliseconds most) {
  const auto half = std::clamp(most, milliseconds(0), milliseconds(std::chrono::hours(24))) / 2;
  return half + milliseconds(random_below(static_cast<std::uint32_t>(half.count()) + 1));
}

milliseconds wait_after(int failures, const Backoff& backoff) {
  const int doublings = std::clamp(failures - 1, 0, 20);
  return jittered(std::min(backoff.first * (1 << doublings), backoff.longest));
}

milliseconds wait_again(milliseconds so_far, const Backoff& backoff) {
  return jittered(std::clamp(so_far / 2, backoff.first, backoff.longest));
}

}  // namespace matchrunner
