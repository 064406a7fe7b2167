// SPDX-License-Identifier: Apache-2.0
// Runs a function on a thread of its own and waits for it: for work in another namespace, which the caller must not
// enter.
#pragma once

#include <thread>

namespace matchrunner::launcher {

template <class Function>
auto on_own_thread(Function function) {
  decltype(function()) result{};
  std::thread([&] { result = function(); }).join();
  return result;
}

}  // namespace matchrunner::launcher
