// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher_pool.hpp"

namespace matchrunner::sandbox {

Result<const LauncherProcess*> LauncherPool::peek(const Context& context) {
  while (!idle_.empty() && !idle_.back()->alive()) idle_.pop_back();
  if (idle_.empty()) {
    auto started = LauncherProcess::start(path_, at_most_, context);
    if (!started) return std::move(started).error();
    idle_.push_back(*std::move(started));
  }
  return idle_.back().get();
}

Result<std::unique_ptr<LauncherProcess>> LauncherPool::take(const Context& context) {
  if (auto next = peek(context); !next) return std::move(next).error();
  auto launcher = std::move(idle_.back());
  idle_.pop_back();
  return launcher;
}

}  // namespace matchrunner::sandbox
