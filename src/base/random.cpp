// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <random>

namespace matchrunner {
namespace {

std::minstd_rand& generator() {
  thread_local std::minstd_rand engine(std::random_device{}());
  return engine;
}

}  // namespace

std::uint32_t random_below(std::uint32_t n) { return n == 0 ? 0 : static_cast<std::uint32_t>(generator()() % n); }

void seed_random(std::uint32_t seed) { generator().seed(seed); }

}  // namespace matchrunner
