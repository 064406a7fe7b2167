// SPDX-License-Identifier: Apache-2.0
#include "runtime/news.hpp"

#include <algorithm>

namespace matchrunner {

void News::wake_all() {
  changed_.notify_all();
  std::erase_if(wakeups_, [](const std::weak_ptr<Wakeup>& weak) {
    const auto wakeup = weak.lock();
    if (wakeup) wakeup->set();
    return !wakeup;
  });
}

void News::reached(std::uint64_t sequence) {
  const Lock lock(mutex_);
  if (sequence <= head_) return;
  head_ = sequence;
  wake_all();
}

std::uint64_t News::head() const {
  const Lock lock(mutex_);
  return head_;
}

Result<void> News::wait_past(std::uint64_t seen, const Context& context) {
  const std::stop_callback on_stop(context.stop, [this] {
    const Lock lock(mutex_);  // so that the waiter is either before its check or asleep
    changed_.notify_all();
  });
  const Lock lock(mutex_);
  while (head_ <= seen) {
    if (closed_) return Error{ErrorCode::cancelled, "the runner is closed"};
    if (auto live = context.check(); !live) return live;
    if (context.has_deadline())
      changed_.wait_until(mutex_, context.deadline);
    else
      changed_.wait(mutex_);
  }
  return {};
}

void News::subscribe(const std::shared_ptr<Wakeup>& wakeup) {
  const Lock lock(mutex_);
  wakeups_.push_back(wakeup);
}

void News::close() {
  const Lock lock(mutex_);
  closed_ = true;
  wake_all();
}

bool News::closed() const {
  const Lock lock(mutex_);
  return closed_;
}

}  // namespace matchrunner
