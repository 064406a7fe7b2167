// SPDX-License-Identifier: Apache-2.0
// Pruner: forgets matches that ended long ago (ServiceConfig::keep_days), on a thread of its own: at once, then again
// and again. States: looks -> waits -> looks ...; its destruction ends either at the next call of a port.
// What fails, or is cut short, is tried again at the next look: pruning keeps nothing between two.
// Made and destroyed by one thread; the runner and the log outlive it.
#pragma once

#include <stop_token>
#include <thread>

#include "matchrunner/runner.hpp"
#include "runtime/service/log_queue.hpp"

namespace matchrunner {

class Pruner {
 public:
  Pruner(Runner& runner, LogQueue& log, double keep_days);

 private:
  void run(const std::stop_token& stop);
  void look(const Context& until_told);

  Runner& runner_;
  LogQueue& log_;
  const milliseconds keep_;
  bool failing_ = false;  // told already; the thread's own
  std::jthread thread_;
};

}  // namespace matchrunner
