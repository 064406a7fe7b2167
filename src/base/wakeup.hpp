// SPDX-License-Identifier: Apache-2.0
// Waiting on descriptors until a Context ends: the only way in which this library waits for the system.
#pragma once

#include <poll.h>

#include <span>

#include "base/unique_fd.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner {

// An eventfd: set() from any thread makes fd() readable until clear().
class Wakeup {
 public:
  Wakeup();
  int fd() const { return fd_.get(); }
  void set() noexcept;
  void clear() noexcept;

 private:
  UniqueFd fd_;
};

// Waits until one of `fds` has an event (revents are set). false: the context's deadline passed first.
// `cancelled`: its stop token was triggered.
Result<bool> wait_for(std::span<pollfd> fds, const Context& context);

}  // namespace matchrunner
