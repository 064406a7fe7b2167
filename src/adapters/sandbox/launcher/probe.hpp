// SPDX-License-Identifier: Apache-2.0
// Finds out by trying what this host gives for isolation, sets it up, and proves it on a seat that starts nothing.
#pragma once

#include "adapters/sandbox/launcher/match.hpp"

namespace matchrunner::launcher {

// Once for each launcher, before any other thread of it exists.
sandbox::Ready make_grounds(const sandbox::Hello& hello, Grounds& grounds, SeatSlots& slots);

}  // namespace matchrunner::launcher
