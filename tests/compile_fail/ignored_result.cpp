// SPDX-License-Identifier: Apache-2.0
// A Result that nobody looks at.
#include "matchrunner/base/result.hpp"

matchrunner::Result<int> answer();

int use() {
#ifdef BAD
  answer();
#endif
  return answer().value_or(0);
}
