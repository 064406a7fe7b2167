// SPDX-License-Identifier: Apache-2.0
// Random decisions that keep no secret: which slot, how long to wait. For ids and folders there is random_hex.
// Each thread has a generator of its own.
#pragma once

#include <cstdint>

namespace matchrunner {

// One of 0 .. n-1; 0 when n is 0.
std::uint32_t random_below(std::uint32_t n);

// From here on this thread decides as it did after the same seed before.
void seed_random(std::uint32_t seed);

}  // namespace matchrunner
