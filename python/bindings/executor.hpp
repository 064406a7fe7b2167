// SPDX-License-Identifier: Apache-2.0
// ClosableRun: what Python knows as matchrunner.Run. A Python object may outlive its use by a runner, so the end of a
// run is a call of its own, close(), and not the end of the object. Thread rule of Run; close() waits for processes.
#pragma once

#include <memory>

#include "matchrunner/ports/executor.hpp"

namespace matchrunner::python {

class ClosableRun : public Run {
 public:
  virtual void close() noexcept = 0;  // still under way: ends it at once and leaves no process; idempotent
};

// A native run on its way into Python.
std::shared_ptr<ClosableRun> closable(std::unique_ptr<Run> run);

// A run on its way out of Python: closes it when destroyed.
std::unique_ptr<Run> closed_at_end(std::shared_ptr<ClosableRun> run);

}  // namespace matchrunner::python
