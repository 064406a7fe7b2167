// SPDX-License-Identifier: Apache-2.0
// The Context of a blocking call, from what a C caller says about it.
#pragma once

#include "handles.hpp"

namespace matchrunner::capi {

// `stop` may be NULL; a negative time means none.
inline Context context_of(std::int64_t timeout_ms, const mr_stop* stop) {
  constexpr std::int64_t ten_years = 315'360'000'000;  // far enough, and clear of overflow
  Context context;
  if (timeout_ms >= 0) context = Context::within(milliseconds(std::min(timeout_ms, ten_years)));
  if (stop != nullptr) context.stop = mr_stop::of(stop).get_token();
  return context;
}

}  // namespace matchrunner::capi
