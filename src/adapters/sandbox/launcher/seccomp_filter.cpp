// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seccomp_filter.hpp"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>

#include <span>

#include "adapters/sandbox/launcher/seccomp_table.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "base/unique_fd.hpp"

namespace matchrunner::launcher {
namespace {

// Adds rules until one fails; the error is kept.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void deny(const char* name, int error_number) { add(name, error_number, 0, nullptr); }
  void deny_if(const char* name, int error_number, scmp_arg_cmp when) { add(name, error_number, 1, &when); }
  int error() const { return error_; }

 private:
  void add(const char* name, int error_number, unsigned count, const scmp_arg_cmp* when) {
    const int number = ::seccomp_syscall_resolve_name(name);
    if (number < 0 || error_ != 0) return;
    error_ = -::seccomp_rule_add_array(filter_, SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error_number)), number, count,
                                       when);
  }

  scmp_filter_ctx filter_;
  int error_ = 0;
};

// libseccomp compares an argument once in a rule, so a short range is one rule for each value.
void deny_families(Rules& rules, const char* name, std::span<const FamilyRange> denied) {
  for (const FamilyRange& range : denied) {
    if (range.last == ~0U) {
      rules.deny_if(name, EAFNOSUPPORT, {0, SCMP_CMP_GE, range.first, 0});
      continue;
    }
    for (unsigned family = range.first; family <= range.last; ++family)
      rules.deny_if(name, EAFNOSUPPORT, {0, SCMP_CMP_EQ, family, 0});
  }
}

void allow_own_only(Rules& rules, std::span<const OwnOnly> calls) {
  for (const OwnOnly& call : calls) rules.deny_if(call.name, EPERM, {call.argument, SCMP_CMP_NE, 0, 0});
}

// What namespaces do elsewhere.
void add_without_namespaces(Rules& rules, const SeccompFilter::Surroundings& around) {
  for (const DeniedCall& call : denied_shared_objects) rules.deny(call.name, call.error_number);
  for (const unsigned long type : turnable_socket_types)
    rules.deny_if("socketpair", EAFNOSUPPORT, {1, SCMP_CMP_MASKED_EQ, socket_type_bits, type});
  if (around.own_user) return;
  for (const DeniedCall& call : denied_attributes) rules.deny(call.name, call.error_number);
  allow_own_only(rules, own_process_only);
}

void add_all(Rules& rules, const SeccompFilter::Surroundings& around) {
  for (const DeniedCall& call : denied_calls) rules.deny(call.name, call.error_number);
  for (const unsigned long flag : namespace_flags) rules.deny_if("clone", EPERM, {0, SCMP_CMP_MASKED_EQ, flag, flag});
  for (const unsigned long request : denied_ioctls)
    rules.deny_if("ioctl", EPERM, {1, SCMP_CMP_MASKED_EQ, 0xffffffffU, request});
  allow_own_only(rules, own_limits_only);
  deny_families(rules, "socketpair", denied_socket_families);
  if (around.namespaces) return deny_families(rules, "socket", denied_socket_families);
  add_without_namespaces(rules, around);
  if (around.network) return deny_families(rules, "socket", denied_on_host);
  deny_families(rules, "socket", denied_on_host_without_network);
}

}  // namespace

Failure SeccompFilter::build(const Surroundings& around) {
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  if (filter == nullptr) return Failure{"seccomp_init", ENOMEM};
  ::seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree, not a list
  Rules rules(filter);
  add_all(rules, around);
  int error = rules.error();
  const UniqueFd file(::memfd_create("filter", MFD_CLOEXEC));
  if (error == 0 && !file) error = errno;
  if (error == 0) error = -::seccomp_export_bpf(filter, file.get());
  ::seccomp_release(filter);
  if (error != 0) return Failure{"seccomp filter", error};
  program_.resize(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)));
  if (::pread(file.get(), program_.data(), program_.size(), 0) != static_cast<ssize_t>(program_.size()))
    return failed("seccomp filter");
  return {};
}

int SeccompFilter::install() const {
  sock_fprog program{};
  program.len = static_cast<unsigned short>(program_.size() / sizeof(sock_filter));
  program.filter = reinterpret_cast<sock_filter*>(const_cast<char*>(program_.data()));
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}

}  // namespace matchrunner::launcher
