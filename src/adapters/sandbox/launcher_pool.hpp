// SPDX-License-Identifier: Apache-2.0
// LauncherPool: the launchers of one executor: one while it runs a match at a time, as runners do; kept when a run has
// ended. Shared by an executor and its runs; one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/sandbox/launcher_process.hpp"

namespace matchrunner::sandbox {

class LauncherPool {
 public:
  LauncherPool(std::string path, Tier at_most) : path_(std::move(path)), at_most_(at_most) {}

  // The launcher that take() would give next.
  Result<const LauncherProcess*> peek(const Context& context);
  Result<std::unique_ptr<LauncherProcess>> take(const Context& context);
  void give_back(std::unique_ptr<LauncherProcess> launcher) { idle_.push_back(std::move(launcher)); }

 private:
  const std::string path_;
  const Tier at_most_;
  std::vector<std::unique_ptr<LauncherProcess>> idle_;
};

}  // namespace matchrunner::sandbox
