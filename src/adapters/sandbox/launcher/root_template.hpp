// SPDX-License-Identifier: Apache-2.0
// RootTemplate: a mount namespace with the file system that every seat starts from, read-only. Made once by a launcher;
// each seat gets a copy of the namespace and adds what is its own. One thread at a time.
#pragma once

#include <string>
#include <vector>

#include "adapters/sandbox/launcher/bind.hpp"

namespace matchrunner::launcher {

class RootTemplate {
 public:
  // `for_user_namespace`: the kernel then wants to see a /proc before it mounts another.
  Failure build(const std::string& users, const std::string& groups, bool for_user_namespace);

  bool in_user_namespace() const { return in_user_namespace_; }

  // For setns; -1 before build().
  int mount_namespace() const { return mount_namespace_.get(); }

  // Adds to a seat's binds what makes the host's `path` visible at the same place. Nothing, when it is already.
  Failure add_read_only(const std::string& path, std::vector<Bind>& binds);
  // ... and what a seat with network needs.
  Failure add_network_files(std::vector<Bind>& binds) const;

 private:
  Failure attach(const std::vector<Bind>& binds);

  bool is_place(const std::string& path) const;

  UniqueFd root_;                    // writable, so that places can be added
  std::vector<std::string> places_;  // made by add_read_only
  UniqueFd mount_namespace_;
  bool in_user_namespace_ = false;
};

}  // namespace matchrunner::launcher
