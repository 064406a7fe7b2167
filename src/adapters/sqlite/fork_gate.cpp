// SPDX-License-Identifier: Apache-2.0
#include "adapters/sqlite/fork_gate.hpp"

#include <new>

#include "adapters/sqlite/connection.hpp"

namespace matchrunner {

// Never destroyed: a process may fork as it ends.
ForkGate& ForkGate::get() {
  static ForkGate& gate = *new ForkGate;
  return gate;
}

ForkGate::ForkGate() {
  begin();
  ::pthread_atfork(before, after_in_parent, after_in_child);
}

// Whoever forks goes before those who come then.
void ForkGate::begin() {
  pthread_rwlockattr_t attributes;
  ::pthread_rwlockattr_init(&attributes);
  ::pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  ::pthread_rwlock_init(&in_use_.emplace_front(), &attributes);
  ::pthread_rwlockattr_destroy(&attributes);
}

void ForkGate::add(Connection& connection) {
  const Lock lock(mutex_);
  connections_.insert(&connection);
}

void ForkGate::remove(Connection& connection) {
  const Lock lock(mutex_);
  connections_.erase(&connection);
}

void ForkGate::before() {
  ForkGate& gate = get();
  ::pthread_rwlock_wrlock(&gate.in_use_.front());  // and so nobody has mutex_
  for (Connection* connection : gate.connections_) connection->close();
}

void ForkGate::after_in_parent() { ::pthread_rwlock_unlock(&get().in_use_.front()); }

// Threads of the parent may have waited for the lock, and none of them is here.
void ForkGate::after_in_child() {
  ForkGate& gate = get();
  gate.connections_.clear();
  gate.begin();
}

}  // namespace matchrunner
