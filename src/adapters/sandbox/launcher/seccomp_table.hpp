// SPDX-License-Identifier: Apache-2.0
// The system calls that no seat may make, by name, and what it gets instead. All others are allowed: what they may
// reach is held by namespaces, user id and mounts. A name that this architecture does not have is left out.
#pragma once

#include <cerrno>
#include <string_view>

namespace matchrunner::launcher {

struct DeniedCall {
  const char* name;
  int error_number;
};

inline constexpr DeniedCall denied_calls[] = {
    // mounts and roots
    {"mount", EPERM},
    {"umount", EPERM},
    {"umount2", EPERM},
    {"pivot_root", EPERM},
    {"chroot", EPERM},
    {"open_tree", EPERM},
    {"open_tree_attr", EPERM},
    {"move_mount", EPERM},
    {"fsopen", EPERM},
    {"fsconfig", EPERM},
    {"fsmount", EPERM},
    {"fspick", EPERM},
    {"mount_setattr", EPERM},
    {"statmount", EPERM},
    {"listmount", EPERM},
    {"quotactl", EPERM},
    {"quotactl_fd", EPERM},
    {"swapon", EPERM},
    {"swapoff", EPERM},
    {"open_by_handle_at", EPERM},
    {"name_to_handle_at", EPERM},
    {"fanotify_init", EPERM},
    {"fanotify_mark", EPERM},
    // namespaces; clone3 hides its flags from a filter, and the C library falls back to clone
    {"unshare", EPERM},
    {"setns", EPERM},
    {"clone3", ENOSYS},
    // other processes
    {"ptrace", EPERM},
    {"process_vm_readv", EPERM},
    {"process_vm_writev", EPERM},
    {"process_madvise", EPERM},
    {"process_mrelease", EPERM},
    {"pidfd_getfd", EPERM},
    {"kcmp", EPERM},
    {"move_pages", EPERM},
    {"migrate_pages", EPERM},
    // kernel, modules, boot
    {"init_module", EPERM},
    {"finit_module", EPERM},
    {"delete_module", EPERM},
    {"create_module", EPERM},
    {"query_module", EPERM},
    {"get_kernel_syms", EPERM},
    {"kexec_load", EPERM},
    {"kexec_file_load", EPERM},
    {"reboot", EPERM},
    {"syslog", EPERM},
    {"acct", EPERM},
    {"nfsservctl", EPERM},
    {"lookup_dcookie", EPERM},
    {"vhangup", EPERM},
    {"uselib", EPERM},
    {"ustat", EPERM},
    {"sysfs", EPERM},
    {"_sysctl", EPERM},
    {"iopl", EPERM},
    {"ioperm", EPERM},
    {"modify_ldt", EPERM},
    {"vm86", EPERM},
    {"vm86old", EPERM},
    // clocks and names
    {"settimeofday", EPERM},
    {"stime", EPERM},
    {"clock_settime", EPERM},
    {"clock_settime64", EPERM},
    {"adjtimex", EPERM},
    {"clock_adjtime", EPERM},
    {"clock_adjtime64", EPERM},
    {"sethostname", EPERM},
    {"setdomainname", EPERM},
    // wide interfaces with a history of holes
    {"keyctl", EPERM},
    {"add_key", EPERM},
    {"request_key", EPERM},
    {"bpf", EPERM},
    {"perf_event_open", EPERM},
    {"userfaultfd", EPERM},
    {"io_uring_setup", ENOSYS},
    {"io_uring_enter", ENOSYS},
    {"io_uring_register", ENOSYS},
    {"io_setup", ENOSYS},
    {"vmsplice", EPERM},
    {"memfd_secret", EPERM},
};

// Where no namespace holds them: objects that other processes find by a number or a name.
inline constexpr DeniedCall denied_shared_objects[] = {{"shmget", EPERM},  {"semget", EPERM},    {"msgget", EPERM},
                                                       {"mq_open", EPERM}, {"mq_unlink", EPERM}, {"ipc", EPERM}};

// Where the seat's user owns files of others, and Landlock, which does not know these calls, is all that holds it.
inline constexpr DeniedCall denied_attributes[] = {
    {"chmod", EPERM},         {"fchmodat", EPERM},     {"fchmodat2", EPERM},    {"chown", EPERM},
    {"chown32", EPERM},       {"lchown", EPERM},       {"lchown32", EPERM},     {"fchownat", EPERM},
    {"utime", EPERM},         {"utimes", EPERM},       {"futimesat", EPERM},    {"setxattr", EPERM},
    {"lsetxattr", EPERM},     {"setxattrat", EPERM},   {"removexattr", EPERM},  {"lremovexattr", EPERM},
    {"removexattrat", EPERM}, {"file_setattr", EPERM}, {"fchmod", EPERM},       {"fchown", EPERM},
    {"fchown32", EPERM},      {"fsetxattr", EPERM},    {"fremovexattr", EPERM}, {"ioprio_set", EPERM}};

// Calls that may only mean the caller itself, or a descriptor of its own: this argument has to be 0.
struct OwnOnly {
  const char* name;
  unsigned argument;
};
inline constexpr OwnOnly own_limits_only[] = {{"prlimit64", 0}};
// ... where other processes of the seat's user are not its own.
inline constexpr OwnOnly own_process_only[] = {
    {"sched_setaffinity", 0}, {"sched_setscheduler", 0}, {"sched_setparam", 0}, {"sched_setattr", 0},
    {"setpriority", 0},       {"setpriority", 1},        {"utimensat", 1},      {"utimensat_time64", 1}};

// Families of socket() and socketpair(): all from `first` to `last` are refused with EAFNOSUPPORT, which leaves
// AF_UNIX (1), AF_INET (2) and AF_INET6 (10).
struct FamilyRange {
  unsigned first;
  unsigned last;
};
inline constexpr FamilyRange denied_socket_families[] = {{0, 0}, {3, 9}, {11, 0xffffffffU}};
// On the host's network and file system: services of the host listen on unix sockets.
inline constexpr FamilyRange denied_on_host[] = {{0, 1}, {3, 9}, {11, 0xffffffffU}};
inline constexpr FamilyRange denied_on_host_without_network[] = {{0, 0xffffffffU}};
// Types of socketpair() whose ends can be turned elsewhere (SOCK_DGRAM, SOCK_RAW), as the low bits of its argument.
inline constexpr unsigned long turnable_socket_types[] = {2, 3};
inline constexpr unsigned long socket_type_bits = 0xf;

// Flags of clone() that make a namespace.
inline constexpr unsigned long namespace_flags[] = {
    0x00020000UL /* NEWNS */,   0x02000000UL /* NEWCGROUP */, 0x04000000UL /* NEWUTS */, 0x08000000UL /* NEWIPC */,
    0x10000000UL /* NEWUSER */, 0x20000000UL /* NEWPID */,    0x40000000UL /* NEWNET */, 0x00000080UL /* NEWTIME */};

// ioctl requests that type into a terminal that somebody else has open (TIOCSTI, TIOCLINUX).
inline constexpr unsigned long denied_ioctls[] = {0x5412UL, 0x541CUL};

}  // namespace matchrunner::launcher
