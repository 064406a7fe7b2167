// SPDX-License-Identifier: Apache-2.0
// Grounds: what a launcher has found and set up on its host for all its seats: which parts of the isolation work, and
// the objects behind them. Made once by probe.hpp; read only afterwards, by every thread and child.
#pragma once

#include <linux/sched.h>
#include <signal.h>
#include <sys/types.h>

#include <cstdint>

#include "adapters/sandbox/launcher/cgroup_places.hpp"
#include "adapters/sandbox/launcher/landlock.hpp"
#include "adapters/sandbox/launcher/root_template.hpp"
#include "adapters/sandbox/launcher/seccomp_filter.hpp"
#include "adapters/sandbox/messages.hpp"

namespace matchrunner::launcher {

struct Grounds {
  Tier tier = Tier::none;
  std::uint64_t namespaces = 0;    // flags for clone3; 0: none
  bool own_user = false;           // root: every seat has a user id of its own
  bool nested_user = false;        // ordinary user: every seat has a user namespace of its own
  bool network_namespace = false;  // seats without network are in an empty one
  sandbox::FileView view_kind = sandbox::FileView::host;
  bool seccomp = false;
  uid_t first_uid = 0;  // with own_user: seat i has first_uid + i
  uid_t init_uid = 0;   // ... and the seats' inits have this one
  RootTemplate view;
  SeccompFilter filter_closed;   // for seats without network
  SeccompFilter filter_network;  // ... and with
  UniqueFd landlock_closed;      // rulesets for the same; none: the kernel has too little of it
  UniqueFd landlock_network;
  CgroupPlaces cgroups;
  UniqueFd self;  // pidfd of the launcher

  bool has_file_rules() const {
    return view_kind == sandbox::FileView::limited || (own_root() && landlock_version() >= landlock_with_moves);
  }
  bool own_root() const { return view_kind == sandbox::FileView::own_root; }
  bool has_pid_namespace() const { return (namespaces & CLONE_NEWPID) != 0; }
  // Nobody in a seat can end its init: it is the first of a pid namespace, and another user's.
  bool init_is_out_of_reach() const { return has_pid_namespace() && own_user; }
  // Ends a seat when sent to its init: without a pid namespace the init has to do it by hand.
  int end_signal() const { return has_pid_namespace() ? SIGKILL : SIGUSR1; }
};

}  // namespace matchrunner::launcher
