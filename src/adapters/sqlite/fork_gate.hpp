// SPDX-License-Identifier: Apache-2.0
// ForkGate: while this process forks, none of its connections is in use, or open. SQLite keeps in the process what it
// knows of the locks on a file. A child that found its parent's there would take their locks for its own, so that the
// parent could take the file's log away under it, and wait for mutexes that no thread of its own holds
// (https://www.sqlite.org/howtocorrupt.html, 2.6).
// States of a connection:
//   open    -fork-> closed, as soon as nobody uses it; who wants to waits for the fork
//   closed  -used in the parent-> open again
//           in the child it stays closed, whatever becomes of it
#pragma once

#include <pthread.h>

#include <forward_list>
#include <unordered_set>

#include "base/mutex.hpp"

namespace matchrunner {

class Connection;

// Of the whole process. Safe from any thread.
class ForkGate {
 public:
  static ForkGate& get();

  // Between the two a connection may be used; by a thread not twice at once, and it may not fork.
  void enter() { ::pthread_rwlock_rdlock(&in_use_.front()); }
  void leave() { ::pthread_rwlock_unlock(&in_use_.front()); }

  // Within the gate.
  void add(Connection& connection);
  void remove(Connection& connection);

 private:
  ForkGate();
  void begin();
  static void before();
  static void after_in_parent();
  static void after_in_child();

  std::forward_list<pthread_rwlock_t> in_use_;  // the first; a child leaves its parent's as it was
  Mutex mutex_;
  std::unordered_set<Connection*> connections_;  // under mutex_, or while the process forks
};

}  // namespace matchrunner
