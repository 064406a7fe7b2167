// SPDX-License-Identifier: Apache-2.0
// Stopping blocking calls, from both sides: mr_stop for callers, mr_context for ports.
#include "stop.hpp"

#include "guard.hpp"
#include "read_handle.hpp"

using namespace matchrunner::capi;

mr_code mr_stop_new(mr_stop** out, mr_error** error) {
  return produce(out, error, {}, []() -> matchrunner::Result<std::stop_source> { return std::stop_source(); });
}

void mr_stop_request(mr_stop* stop) {
  if (stop != nullptr) mr_stop::of(stop).request_stop();
}

void mr_stop_free(mr_stop* stop) { mr_stop::free(stop); }

int64_t mr_context_remaining_ms(const mr_context* context) {
  return number_of(context, [](const matchrunner::Context& value) { return std::int64_t{value.remaining().count()}; });
}

mr_flag mr_context_stop_requested(const mr_context* context) {
  return flag_of(context, [](const matchrunner::Context& value) { return value.stop.stop_requested(); });
}
