// SPDX-License-Identifier: Apache-2.0
// Closing what has threads: on a thread of its own, so that this one sees signals meanwhile. With the GIL.
#pragma once

#include <future>

#include "waiting.hpp"

namespace matchrunner::python {

// `close` closes; `hurry`, called when a signal raised, cuts its grace short.
template <class Close, class Hurry>
Result<void> close_with_signals(Close&& close, Hurry&& hurry) {
  // May raise: before there is a thread, which could not be joined with the GIL held.
  const milliseconds time = slice_time();
  auto closing = std::async(std::launch::async, std::forward<Close>(close));
  while (without_gil([&] { return closing.wait_for(time); }) != std::future_status::ready) {
    if (PyErr_CheckSignals() == 0) continue;
    const py::error_already_set raised;
    without_gil([&] {
      [[maybe_unused]] const Result<void> hurried = hurry();
      closing.wait();
    });
    throw raised;
  }
  return closing.get();
}

}  // namespace matchrunner::python
