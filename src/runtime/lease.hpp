// SPDX-License-Identifier: Apache-2.0
// Lease: one record that this runner holds, and LeaseBook: all of them, for the keeper that renews them.
// Safe from any thread: the keeper renews and signals, the thread that works under the lease reads.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "matchrunner/base/time.hpp"
#include "matchrunner/domain/record.hpp"

namespace matchrunner {

// Why the thread that works under a lease should look up.
enum class Signal : unsigned char {
  stop_requested = 1,   // the record carries a stop request
  deadline_passed = 2,  // the record's due_at is over
  closing = 4,          // the runner ends
  lost = 8,             // the lease is somebody else's now: write nothing, end everything
};

// How long a holder acts on a lease that the store grants for `granted`. Less than that: what it started has to be gone
// before others may claim.
constexpr milliseconds usable(milliseconds granted) { return granted - granted / 10; }

class Lease {
 public:
  Lease(RecordKey key, std::uint64_t epoch, BootClock::time_point deadline)
      : key_(std::move(key)), epoch_(epoch), deadline_(deadline) {}

  const RecordKey& key() const { return key_; }
  std::uint64_t epoch() const { return epoch_; }

  BootClock::time_point deadline() const { return deadline_.load(); }
  void renewed(BootClock::time_point deadline) { deadline_.store(deadline); }

  void raise(Signal signal);
  bool has(Signal signal) const { return (signals_.load() & static_cast<unsigned>(signal)) != 0; }

  // Triggered at the next raise(); take a new one after each.
  std::stop_token next_signal();

  // Triggered once it is lost, by no other signal.
  std::stop_token loss() const { return lost_.get_token(); }

 private:
  std::stop_source source() {
    const Lock lock(mutex_);
    return source_;
  }

  const RecordKey key_;
  const std::uint64_t epoch_;
  std::atomic<BootClock::time_point> deadline_;
  std::atomic<unsigned> signals_ = 0;
  std::stop_source lost_;
  Mutex mutex_;
  std::stop_source source_ MATCHRUNNER_GUARDED_BY(mutex_);
};

class LeaseBook {
 public:
  void add(std::shared_ptr<Lease> lease);
  void remove(const std::shared_ptr<Lease>& lease);
  std::vector<std::shared_ptr<Lease>> all() const;
  std::shared_ptr<Lease> find(const RecordKey& key) const;  // null: not held

  // Raises `closing` for the leases of this kind, those that are still to be added as well.
  void close(const std::string& kind);

 private:
  using Key = std::pair<std::string, std::string>;
  mutable Mutex mutex_;
  std::map<Key, std::shared_ptr<Lease>> leases_ MATCHRUNNER_GUARDED_BY(mutex_);
  std::string closed_kind_ MATCHRUNNER_GUARDED_BY(mutex_);  // empty: none
};

}  // namespace matchrunner
