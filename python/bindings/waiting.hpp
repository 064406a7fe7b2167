// SPDX-License-Identifier: Apache-2.0
// Waits that Ctrl-C ends: native calls that may take long are made in slices, with a look at signals between.
// With the GIL, which is released during each slice.
#pragma once

#include <optional>
#include <utility>

#include "casters.hpp"
#include "errors.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner::python {

// 50 ms in the main thread, the only one in which Python runs signal handlers; others need not hurry.
milliseconds slice_time();

// Until `seconds` from now; none: no deadline.
Context context_within(std::optional<double> seconds);

// Raises what a Python signal handler raised: KeyboardInterrupt, as a rule.
void check_signals();

// Calls `step` with a context that ends with the slice, again and again until `done(result)` or `whole` is over.
template <class Step, class Done>
auto in_slices(const Context& whole, Step&& step, Done&& done) {
  const milliseconds time = slice_time();
  for (;;) {
    Context slice = whole;
    slice.deadline = std::min(whole.deadline, Context::Clock::now() + time);
    auto result = without_gil([&] { return step(slice); });
    check_signals();
    if (done(result) || !whole.check()) return unwrap(std::move(result));
  }
}

// For calls that give nothing when their time is over (polls).
template <class Step>
auto poll_in_slices(const Context& whole, Step&& step) {
  return in_slices(whole, std::forward<Step>(step), [](const auto& result) { return !result || result->has_value(); });
}

}  // namespace matchrunner::python
