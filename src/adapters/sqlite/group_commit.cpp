// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/group_commit.hpp"

#include <sched.h>

#include <utility>

namespace matchrunner {

namespace {

// Who was just answered is about to commit again: worth this much of a sync, which they then share.
constexpr std::chrono::microseconds gather_time{200};

}  // namespace

Result<CommitReceipt> GroupCommit::commit(const Batch& batch, const Context& context) {
  const auto request = std::make_shared<Request>();
  request->batch = &batch;
  const Lock lock(mutex_);
  waiting_.push_back(request);
  if (auto leads = wait_to_lead(*request, context); !leads) {
    leave(*request);
    return leads.error();
  }
  if (!request->result) lead(*request, context);
  return *std::move(request->result);
}

// Returns when the request is done, or when this thread is to lead (led_ is set then).
Result<void> GroupCommit::wait_to_lead(Request& request, const Context& context) {
  while (led_ && !request.result) {
    if (request.taken) {
      changed_.wait(mutex_);
      continue;
    }
    if (auto going = context.check(); !going) return going;
    const auto woken = [&]() MATCHRUNNER_REQUIRES(mutex_) { return request.result || request.taken || !led_; };
    if (context.has_deadline())
      changed_.wait_until(mutex_, context.stop, context.deadline, woken);
    else
      changed_.wait(mutex_, context.stop, woken);
  }
  if (!request.result) led_ = true;
  return {};
}

void GroupCommit::lead(Request& own, const Context& context) {
  gather();
  mutex_.unlock();
  const auto begun = writer_.begin(context);
  mutex_.lock();
  if (!begun) {
    own.result = begun.error();
    led_ = false;
    leave(own);
    return;
  }
  const Requests group = take_batches();
  std::vector<const Batch*> batches;
  for (const auto& request : group) batches.push_back(request->batch);
  mutex_.unlock();
  auto results = writer_.commit(batches);
  mutex_.lock();
  for (std::size_t i = 0; i < group.size(); ++i) group[i]->result = std::move(results[i]);
  expected_ = group.size() + waiting_.size();
  led_ = false;
  changed_.notify_all();
}

// Lets as many arrive as there were last time; one who commits alone waits for nobody.
void GroupCommit::gather() {
  const auto end = Context::Clock::now() + gather_time;
  while (waiting_.size() < expected_ && Context::Clock::now() < end) {
    mutex_.unlock();
    ::sched_yield();
    mutex_.lock();
  }
}

GroupCommit::Requests GroupCommit::take_batches() {
  Requests group;
  Requests trims;
  for (auto& request : waiting_) (request->batch != nullptr ? group : trims).push_back(std::move(request));
  waiting_ = std::move(trims);
  for (const auto& request : group) request->taken = true;
  return group;
}

// Where a leader goes away without a group, another has to lead.
void GroupCommit::leave(const Request& request) {
  std::erase_if(waiting_, [&](const auto& each) { return each.get() == &request; });
  if (!led_) changed_.notify_all();
}

Result<std::uint64_t> GroupCommit::trim(std::uint64_t through, const Context& context) {
  const auto request = std::make_shared<Request>();
  const Lock lock(mutex_);
  waiting_.push_back(request);
  const auto leads = wait_to_lead(*request, context);
  Result<std::uint64_t> dropped = std::uint64_t{0};
  if (leads) {
    mutex_.unlock();
    dropped = writer_.trim(through, context);
    mutex_.lock();
    led_ = false;
  }
  leave(*request);
  return leads ? dropped : leads.error();
}

}  // namespace matchrunner
