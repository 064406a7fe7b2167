// SPDX-License-Identifier: Apache-2.0
#include "base/clocks.hpp"

#include <algorithm>

#include "base/wakeup.hpp"

namespace matchrunner {

Time wall_now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

void let_pass(milliseconds time, const Context& context) {
  Context pause = Context::within(time, context.stop);
  pause.deadline = std::min(pause.deadline, context.deadline);
  [[maybe_unused]] const auto waited = wait_for({}, pause);
}

}  // namespace matchrunner
