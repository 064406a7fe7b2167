// SPDX-License-Identifier: Apache-2.0
// Clocks: what a runner takes for the time, and how it lets some pass; the system's, unless a simulation has its own.
// A value, safe to copy to any thread; its functions may be called from any.
#pragma once

#include <functional>

#include "matchrunner/base/context.hpp"
#include "matchrunner/base/time.hpp"

namespace matchrunner {

Time wall_now();

// Blocks for that long, or until the context ends.
void let_pass(milliseconds time, const Context& context);

struct Clocks {
  std::function<Time()> wall = wall_now;
  std::function<BootClock::time_point()> boot = BootClock::now;
  std::function<void(milliseconds, const Context&)> pause = let_pass;
};

}  // namespace matchrunner
