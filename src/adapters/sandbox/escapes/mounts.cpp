// SPDX-License-Identifier: Apache-2.0
// Changing the view: mounts, roots, namespaces, devices.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "adapters/sandbox/escapes/attempt.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::escapes {
namespace {

Finding mount_tmpfs(const Bait&) { return must_be_refused("mount", ::mount("tmpfs", "/tmp", "tmpfs", 0, nullptr)); }
Finding mount_proc(const Bait&) { return must_be_refused("mount", ::mount("proc", "/tmp", "proc", 0, nullptr)); }
Finding mount_cgroup(const Bait&) { return must_be_refused("mount", ::mount("cgroup", "/tmp", "cgroup", 0, "rdma")); }
Finding remount(const Bait&) {
  return must_be_refused("mount", ::mount(nullptr, "/usr", nullptr, MS_REMOUNT | MS_BIND, nullptr));
}
Finding bind(const Bait& bait) {
  return must_be_refused("mount", ::mount(bait.file.c_str(), "/tmp", nullptr, MS_BIND, nullptr));
}
Finding unmount(const Bait&) { return must_be_refused("umount2", ::umount2("/proc", MNT_DETACH)); }
Finding new_mount_api(const Bait&) { return must_be_refused("fsopen", ::syscall(SYS_fsopen, "tmpfs", 0)); }
Finding fs_context(const Bait&) {
  return must_be_refused("fsconfig", ::syscall(SYS_fsconfig, -1, 1, "source", "AAAA", 0));
}
Finding open_tree(const Bait&) {
  constexpr unsigned clone_flag = 1;
  return must_be_refused("open_tree", ::syscall(SYS_open_tree, AT_FDCWD, "/", clone_flag));
}
Finding mount_attributes(const Bait&) {
  return must_be_refused("mount_setattr", ::syscall(SYS_mount_setattr, AT_FDCWD, "/usr", 0, nullptr, 0));
}
Finding pivot(const Bait&) { return must_be_refused("pivot_root", ::syscall(SYS_pivot_root, ".", ".")); }

// chroot twice: the second leaves the first when the working folder stayed outside.
Finding double_chroot(const Bait&) {
  ::mkdir("inner", 0755);
  return must_be_refused("chroot", ::chroot("inner"));
}

Finding unshare_all(const Bait&) { return must_be_refused("unshare", ::unshare(CLONE_NEWUSER | CLONE_NEWNS)); }
Finding unshare_network(const Bait&) { return must_be_refused("unshare", ::unshare(CLONE_NEWNET)); }

Finding clone_user(const Bait&) {
  const long child = ::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) ::_exit(0);
  return must_be_refused("clone", child);
}

Finding clone3_user(const Bait&) {
  std::uint64_t arguments[11] = {CLONE_NEWUSER};
  arguments[4] = SIGCHLD;
  const long child = ::syscall(SYS_clone3, arguments, sizeof arguments);
  if (child == 0) ::_exit(0);
  return must_be_refused("clone3", child);
}

Finding enter(const Bait& bait, const char* name) {
  for (const std::string& process : {std::to_string(bait.process), std::string("1"), std::string("self")}) {
    const UniqueFd space(::open(("/proc/" + process + "/ns/" + name).c_str(), O_RDONLY | O_CLOEXEC));
    if (!space) continue;
    Finding finding = must_be_refused("setns", ::setns(space.get(), 0));
    if (finding.kind != Finding::Kind::held || process == "self") return finding;
  }
  return held("no namespace can be opened");
}
Finding enter_mount(const Bait& bait) { return enter(bait, "mnt"); }
Finding enter_network(const Bait& bait) { return enter(bait, "net"); }
Finding enter_user(const Bait& bait) { return enter(bait, "user"); }

Finding make_disk(const Bait&) { return must_fail("mknod of a disk", ::mknod("disk", S_IFBLK | 0600, makedev(8, 0))); }
Finding make_memory(const Bait&) {
  return must_fail("mknod of /dev/mem", ::mknod("/tmp/memory", S_IFCHR | 0600, makedev(1, 1)));
}

Finding open_any(std::initializer_list<const char*> paths) {
  for (const char* path : paths) {
    const UniqueFd device(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (device) return broke(std::string("opened ") + path);
  }
  return held("none can be opened");
}
Finding open_disks(const Bait&) {
  return open_any({"/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/xvda", "/dev/loop0", "/dev/loop-control", "/dev/dm-0",
                   "/dev/mapper/control"});
}
Finding open_memory(const Bait&) { return open_any({"/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore"}); }
Finding open_kvm(const Bait&) {
  return open_any({"/dev/kvm", "/dev/vhost-net", "/dev/vhost-vsock", "/dev/net/tun", "/dev/fuse", "/dev/uinput"});
}

Finding cgroup_files(const Bait&) {
  for (const char* path : {"/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/memory/tasks", "/sys/fs/cgroup/pids/tasks",
                           "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/rdma/release_agent"}) {
    const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
    if (file) return broke(std::string("opened ") + path + " for writing");
  }
  return held("no cgroup file can be written");
}

}  // namespace

std::span<const Attempt> mounts() {
  static constexpr Attempt attempts[] = {
      {"mount-tmpfs", "mounts a file system", "", mount_tmpfs},
      {"mount-proc", "mounts /proc again, to see more of it", "", mount_proc},
      {"mount-cgroup", "mounts a cgroup hierarchy for its release_agent", "CVE-2022-0492", mount_cgroup},
      {"remount", "makes /usr writable", "", remount},
      {"bind-mount", "mounts a file of the host", "", bind},
      {"unmount", "takes away a mount, to see what is below it", "", unmount},
      {"fsopen", "mounts by the newer system calls", "", new_mount_api},
      {"fsconfig", "overflows the parameters of a mount", "CVE-2022-0185", fs_context},
      {"open-tree", "clones the tree of mounts", "", open_tree},
      {"mount-setattr", "changes the attributes of a mount", "", mount_attributes},
      {"pivot-root", "changes the root", "", pivot},
      {"double-chroot", "leaves its root by chroot", "", double_chroot},
      {"unshare-user", "becomes root of a user namespace", "CVE-2022-0185, CVE-2023-32233", unshare_all},
      {"unshare-network", "makes a network namespace", "", unshare_network},
      {"clone-user", "starts a child in a user namespace", "", clone_user},
      {"clone3-user", "the same by clone3, whose flags a filter cannot see", "", clone3_user},
      {"enter-mounts", "enters a mount namespace of the host", "", enter_mount},
      {"enter-network", "enters a network namespace of the host", "", enter_network},
      {"enter-users", "enters a user namespace of the host", "", enter_user},
      {"make-disk", "makes a device file for the first disk", "", make_disk},
      {"make-memory", "makes a device file for the machine's memory", "", make_memory},
      {"open-disks", "opens the disks", "", open_disks},
      {"open-memory", "opens the machine's memory", "", open_memory},
      {"open-devices", "opens kvm, tun, fuse and their like", "", open_kvm},
      {"cgroup-files", "writes to the files of its cgroup", "CVE-2022-0492", cgroup_files},
  };
  return attempts;
}

}  // namespace matchrunner::escapes
