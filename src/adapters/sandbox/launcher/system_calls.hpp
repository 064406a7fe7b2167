// SPDX-License-Identifier: Apache-2.0
// System calls that the C library of some supported systems does not wrap. Raw: -1 and errno. Nothing is allocated, so
// all of it may be used between clone and exec.
#pragma once

#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace matchrunner::launcher {

inline int open_tree(int folder, const char* path, unsigned flags) {
  return static_cast<int>(::syscall(SYS_open_tree, folder, path, flags));
}

inline int move_mount(int from, const char* to) {
  constexpr int here = -100;  // AT_FDCWD
  return static_cast<int>(::syscall(SYS_move_mount, from, "", here, to, MOVE_MOUNT_F_EMPTY_PATH));
}

// On the mount `fd` and, with `recursive`, on all below it.
inline int set_mount_attributes(int fd, std::uint64_t set, bool recursive) {
  mount_attr attributes{};
  attributes.attr_set = set;
  constexpr unsigned empty_path = 0x1000, recurse = 0x8000;  // AT_EMPTY_PATH, AT_RECURSIVE
  return static_cast<int>(
      ::syscall(SYS_mount_setattr, fd, "", empty_path | (recursive ? recurse : 0U), &attributes, sizeof attributes));
}

inline int pivot_root(const char* new_root, const char* old_root) {
  return static_cast<int>(::syscall(SYS_pivot_root, new_root, old_root));
}

inline int mount(const char* source, const char* target, const char* type, unsigned long flags, const char* options) {
  return static_cast<int>(::syscall(SYS_mount, source, target, type, flags, options));
}

inline int detach_mount(const char* target) {
  constexpr int detach = 2;  // MNT_DETACH
  return static_cast<int>(::syscall(SYS_umount2, target, detach));
}

inline pid_t clone3(const clone_args& arguments) {
  return static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
}

inline int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

inline int signal_pidfd(int pidfd, int signal) {
  return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

inline int close_from(unsigned first) { return static_cast<int>(::syscall(SYS_close_range, first, ~0U, 0)); }

// The C library's own calls change all threads of a process; these only the calling one.
inline int set_user(uid_t uid) { return static_cast<int>(::syscall(SYS_setresuid, uid, uid, uid)); }
inline int set_group(gid_t gid) { return static_cast<int>(::syscall(SYS_setresgid, gid, gid, gid)); }
inline int clear_groups() { return static_cast<int>(::syscall(SYS_setgroups, 0, nullptr)); }

inline pid_t thread_id() { return static_cast<pid_t>(::syscall(SYS_gettid)); }

}  // namespace matchrunner::launcher
