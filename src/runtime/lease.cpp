// SPDX-License-Identifier: Apache-2.0
#include "runtime/lease.hpp"

namespace matchrunner {

void Lease::raise(Signal signal) {
  const unsigned before = signals_.fetch_or(static_cast<unsigned>(signal));
  if ((before & static_cast<unsigned>(signal)) != 0) return;  // who waits has been told
  source().request_stop();                                    // outside the lock: it runs the waiter's callback
  if (signal == Signal::lost) lost_.request_stop();
}

std::stop_token Lease::next_signal() {
  const Lock lock(mutex_);
  if (source_.stop_requested()) source_ = std::stop_source();
  return source_.get_token();
}

void LeaseBook::add(std::shared_ptr<Lease> lease) {
  const Lock lock(mutex_);
  if (lease->key().kind == closed_kind_) lease->raise(Signal::closing);  // nobody waits on it yet
  leases_[{lease->key().kind, lease->key().id}] = std::move(lease);
}

void LeaseBook::remove(const std::shared_ptr<Lease>& lease) {
  const Lock lock(mutex_);
  const auto found = leases_.find({lease->key().kind, lease->key().id});
  if (found != leases_.end() && found->second == lease) leases_.erase(found);
}

std::vector<std::shared_ptr<Lease>> LeaseBook::all() const {
  const Lock lock(mutex_);
  std::vector<std::shared_ptr<Lease>> leases;
  leases.reserve(leases_.size());
  for (const auto& [key, lease] : leases_) leases.push_back(lease);
  return leases;
}

std::shared_ptr<Lease> LeaseBook::find(const RecordKey& key) const {
  const Lock lock(mutex_);
  const auto found = leases_.find({key.kind, key.id});
  return found == leases_.end() ? nullptr : found->second;
}

void LeaseBook::close(const std::string& kind) {
  {
    const Lock lock(mutex_);
    closed_kind_ = kind;
  }
  for (const auto& lease : all())
    if (lease->key().kind == kind) lease->raise(Signal::closing);
}

}  // namespace matchrunner
