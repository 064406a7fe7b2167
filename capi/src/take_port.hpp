// SPDX-License-Identifier: Apache-2.0
// take_port: the C++ port behind the handle that a callback gives; the handle itself is freed.
#pragma once

#include "callback.hpp"

namespace matchrunner::capi {

// `open` gets the places for the handle and for the error, and returns the callback's code.
template <class C, class Open>
Result<typename C::Value> take_port(Open&& open) {
  C* given = nullptr;
  auto opened = ask("open", [&](mr_error** error) { return open(&given, error); });
  const std::unique_ptr<C, void (*)(C*)> owned(given, C::free);
  if (!opened) return std::move(opened).error();
  if (given == nullptr) return Error{ErrorCode::callback, "open succeeded and gave nothing"};
  return std::move(C::of(given));
}

}  // namespace matchrunner::capi
