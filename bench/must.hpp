// SPDX-License-Identifier: Apache-2.0
// How a measuring program ends that cannot measure. One thread.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "matchrunner/base/result.hpp"

namespace bench {

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

template <class T>
T must(matchrunner::Result<T> result) {
  if (!result) fail(result.error().describe());
  return *std::move(result);
}
inline void must(const matchrunner::Result<void>& result) {
  if (!result) fail(result.error().describe());
}

}  // namespace bench
