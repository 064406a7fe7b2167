// SPDX-License-Identifier: Apache-2.0
// How long to wait before something that failed is tried again: longer each time, and by chance, so that those who
// failed together do not come back together. Safe from any thread.
#pragma once

#include "matchrunner/base/time.hpp"

namespace matchrunner {

// Between half of it and all of it.
milliseconds jittered(milliseconds most);

struct Backoff {
  milliseconds first;
  milliseconds longest;
};

// After that many failures in a row: `first` doubled with each but the first, at most `longest`, jittered.
milliseconds wait_after(int failures, const Backoff& backoff);

// For a wait that has lasted `so_far`, over restarts and on whatever host: half as long again, within the bounds.
milliseconds wait_again(milliseconds so_far, const Backoff& backoff);

}  // namespace matchrunner
