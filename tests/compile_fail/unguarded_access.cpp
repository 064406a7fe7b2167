// SPDX-License-Identifier: Apache-2.0
// What other threads share, touched without its mutex.
#include "base/mutex.hpp"

struct Shared {
  matchrunner::Mutex mutex;
  int value MATCHRUNNER_GUARDED_BY(mutex) = 0;
};

int read(Shared& shared) {
#ifndef BAD
  const matchrunner::Lock lock(shared.mutex);
#endif
  return shared.value;
}
