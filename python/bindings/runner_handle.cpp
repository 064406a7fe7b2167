// SPDX-License-Identifier: Apache-2.0
#include "runner_handle.hpp"

#include <set>

#include "closing.hpp"

namespace matchrunner::python {
namespace {

// Those that are open; guarded by the GIL.
std::set<RunnerHandle*>& open_handles() {
  static std::set<RunnerHandle*> handles;
  return handles;
}

}  // namespace

RunnerHandle::RunnerHandle(RunnerOptions options)
    : runner_(
          torn_down_without_gil(std::shared_ptr<Runner>(blocking([&] { return Runner::open(std::move(options)); })))) {
  open_handles().insert(this);
}

RunnerHandle::~RunnerHandle() { open_handles().erase(this); }

std::shared_ptr<Runner> RunnerHandle::get() const {
  if (runner_ == nullptr) raise({ErrorCode::cancelled, "the runner is closed", "runner"});
  return runner_;
}

void RunnerHandle::close(milliseconds grace) {
  const auto runner = runner_;
  if (runner == nullptr) return;
  unwrap(close_with_signals([&] { return runner->close(grace); }, [&] { return runner->close(milliseconds(0)); }));
  runner_ = nullptr;
  open_handles().erase(this);
}

void RunnerHandle::close_all() {
  std::vector<std::shared_ptr<Runner>> runners;
  for (const RunnerHandle* handle : open_handles())
    if (handle->runner_ != nullptr) runners.push_back(handle->runner_);
  without_gil([&] {
    for (const auto& runner : runners) [[maybe_unused]] const auto closed = runner->close(milliseconds(0));
  });
}

}  // namespace matchrunner::python
