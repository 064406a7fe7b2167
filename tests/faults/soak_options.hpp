// SPDX-License-Identifier: Apache-2.0
// How large a soak is, from the environment: MATCHRUNNER_SEED, and MATCHRUNNER_SOAK_* as in the table. A value.
#pragma once

#include <cstdint>
#include <string>

#include "faults/round.hpp"

namespace matchrunner::test {

struct SoakOptions {
  int minutes = 30;
  RoundOptions round;  // of each round; the seed is that of the first
};

// `otherwise`: what holds where the environment says nothing.
SoakOptions soak_options(SoakOptions otherwise);

}  // namespace matchrunner::test
