// SPDX-License-Identifier: Apache-2.0
// A Result without a value that nobody looks at.
#include "matchrunner/base/result.hpp"

matchrunner::Result<void> act();

bool use() {
#ifdef BAD
  act();
#endif
  return act().has_value();
}
