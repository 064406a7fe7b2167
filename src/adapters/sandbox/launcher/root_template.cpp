// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/root_template.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>

#include "adapters/sandbox/launcher/own_thread.hpp"
#include "adapters/sandbox/launcher/root_files.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/view_table.hpp"

namespace matchrunner::launcher {

Failure RootTemplate::build(const std::string& users, const std::string& groups, bool for_user_namespace) {
  std::vector<Bind> binds;
  in_user_namespace_ = for_user_namespace;
  if (Failure failure = make_root_files(users, groups, root_, binds)) return failure;
  if (for_user_namespace) {
    Bind& bind = binds.emplace_back();
    bind.target = "proc";
    if (Failure failure = open_bind("/proc", Access::as_it_is, bind)) return failure;
  }
  return on_own_thread([&] { return attach(binds); });
}

// On a thread of its own, which then ends; the namespace lives on by its descriptor.
Failure RootTemplate::attach(const std::vector<Bind>& binds) {
  if (::unshare(CLONE_FS | CLONE_NEWNS) != 0) return failed("mount namespace");
  mount_namespace_.reset(::open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC));
  if (!mount_namespace_) return failed("open of /proc/thread-self/ns/mnt");
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed("private mounts");
  // The tmpfs is mounted twice: writable, reached only by its descriptor, and read-only as the root. /usr is a folder
  // that every host has; nothing below it is needed any more.
  if (move_mount(root_.get(), "/usr") != 0) return failed("mount of the root");
  Bind view;
  if (Failure failure = open_bind("/usr", Access::as_it_is, view)) return failure;
  if (move_mount(view.tree.get(), "/usr") != 0 || ::chdir("/usr") != 0) return failed("mount of the root");
  for (const Bind& bind : binds)
    if (move_mount(bind.tree.get(), bind.target.c_str()) != 0) return failed("mount of /" + bind.target);
  if (set_mount_attributes(view.tree.get(), MOUNT_ATTR_RDONLY, false) != 0) return failed("read-only root");
  if (pivot_root(".", ".") != 0) return failed("pivot_root");
  if (detach_mount(".") != 0 || ::chdir("/") != 0) return failed("unmount of the host's root");
  return {};
}

bool RootTemplate::is_place(const std::string& path) const {
  return std::find(places_.begin(), places_.end(), path) != places_.end();
}

// The first part of the path that the template has not is made there, once and for all seats; what is below it is made
// in a folder of the seat's own, so that no seat learns from names what another may see.
Failure RootTemplate::add_read_only(const std::string& path, std::vector<Bind>& binds) {
  for (const sandbox::ViewRow& row : sandbox::view_rows)
    if (row.kind == sandbox::ViewKind::tree && sandbox::is_within(path, row.path)) return {};
  Bind bind;
  if (Failure failure = open_bind(path, Access::read_only, bind)) return failure;
  bind.target = path;
  const bool in_own_folder = sandbox::is_within(path, "/tmp");
  for (std::size_t end = 0; !in_own_folder && end != std::string::npos && bind.shadow.empty();) {
    end = path.find('/', end + 1);
    const bool last = end == std::string::npos;
    const std::string part = path.substr(0, end);
    struct stat about {};
    if (::fstatat(root_.get(), part.c_str() + 1, &about, AT_SYMLINK_NOFOLLOW) != 0) {
      if (Failure failure = make_place(root_.get(), part.substr(1), !last || bind.folder)) return failure;
      places_.push_back(part);
    }
    if (!last && is_place(part)) bind.shadow = part;
  }
  binds.push_back(std::move(bind));
  return {};
}

Failure RootTemplate::add_network_files(std::vector<Bind>& binds) const {
  for (const sandbox::ViewRow& row : sandbox::view_rows) {
    if (row.kind != sandbox::ViewKind::with_network || ::access(row.path, R_OK) != 0) continue;
    Bind bind;
    if (Failure failure = open_bind(row.path, Access::read_only, bind)) return failure;
    bind.target = row.path;
    binds.push_back(std::move(bind));
  }
  return {};
}

}  // namespace matchrunner::launcher
