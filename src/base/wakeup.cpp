// SPDX-License-Identifier: Apache-2.0
#include "base/wakeup.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/system_error.hpp"

namespace matchrunner {

Wakeup::Wakeup() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Wakeup::set() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);  // full counter: already set
}

void Wakeup::clear() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(fd_.get(), &count, sizeof count);
}

Result<bool> wait_for(std::span<pollfd> fds, const Context& context) {
  std::vector<pollfd> all(fds.begin(), fds.end());
  std::optional<Wakeup> stopped;
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  if (context.stop.stop_possible()) {
    stopped.emplace();
    all.push_back({stopped->fd(), POLLIN, 0});
    on_stop.emplace(context.stop, [&stopped] { stopped->set(); });
  }
  while (true) {
    const int timeout = context.has_deadline() ? static_cast<int>(context.remaining().count()) : -1;
    const int ready = ::poll(all.data(), all.size(), timeout);
    if (ready < 0 && errno != EINTR) return system_error(errno, "poll");
    if (context.stop.stop_requested()) return Error{ErrorCode::cancelled, "stopped by the caller"};
    if (ready > 0) {
      for (std::size_t i = 0; i < fds.size(); ++i) fds[i].revents = all[i].revents;
      return true;
    }
    if (ready == 0 && context.has_deadline() && Context::Clock::now() >= context.deadline) return false;
  }
}

}  // namespace matchrunner
