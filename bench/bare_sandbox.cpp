// SPDX-License-Identifier: Apache-2.0
#include "bare_sandbox.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include <cstdlib>
#include <thread>
#include <vector>

#include "adapters/sandbox/launcher/cgroup_places.hpp"
#include "adapters/sandbox/launcher/seccomp_filter.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"
#include "adapters/sandbox/launcher/text_file.hpp"
#include "base/unique_fd.hpp"

namespace bench {
namespace {

using namespace matchrunner;
using namespace matchrunner::launcher;

constexpr uid_t user = 1879000000;
constexpr std::uint32_t slot = 9999;
constexpr unsigned long plain = MS_NOSUID | MS_NODEV;

bool bind(const std::string& from, const char* to, bool read_only) {
  return launcher::mount(from.c_str(), to, nullptr, MS_BIND | MS_REC, nullptr) == 0 &&
         launcher::mount(nullptr, to, nullptr, MS_REMOUNT | MS_BIND | plain | (read_only ? MS_RDONLY : 0), nullptr) ==
             0;
}

// The same view as a seat's: programs, a few of /etc, devices, own folders.
bool make_root(const std::string& folder) {
  const char* const root = "/proc";  // a folder that holds nothing the view needs
  if (launcher::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      launcher::mount("tmpfs", root, "tmpfs", MS_NOSUID, "size=1m,mode=0755") != 0 || ::chdir(root) != 0)
    return false;
  for (const char* place : {"usr", "etc", "etc/alternatives", "etc/fonts", "etc/ssl", "etc/ssl/certs", "proc", "tmp",
                            "dev", "seat", "output", "result"})
    ::mkdir(place, 0755);
  for (const char* link : {"bin", "sbin", "lib", "lib64"})
    if (::symlink((std::string("usr/") + link).c_str(), link) != 0) return false;
  ::mknod("dev/null", S_IFCHR | 0666, makedev(1, 3));
  ::mknod("dev/urandom", S_IFCHR | 0666, makedev(1, 9));
  const bool seats = bind(folder + "/seat", "seat", false) && bind(folder + "/output", "output", false) &&
                     bind(folder + "/result", "result", false);
  return seats && bind("/usr", "usr", true) && bind("/etc/alternatives", "etc/alternatives", true) &&
         bind("/etc/fonts", "etc/fonts", true) && bind("/etc/ssl/certs", "etc/ssl/certs", true) &&
         launcher::mount("proc", "proc", "proc", plain | MS_NOEXEC, nullptr) == 0 &&
         launcher::mount("tmpfs", "tmp", "tmpfs", plain, "size=64m") == 0 && pivot_root(".", ".") == 0 &&
         detach_mount(".") == 0 &&
         launcher::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, nullptr) == 0;
}

bool drop_privileges(const SeccompFilter& filter) {
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_DROP, capability) == 0; ++capability) continue;
  const rlimit files{256, 256}, no_core{0, 0}, processes{64, 64};
  return ::setrlimit(RLIMIT_NOFILE, &files) == 0 && ::setrlimit(RLIMIT_CORE, &no_core) == 0 &&
         ::setrlimit(RLIMIT_NPROC, &processes) == 0 && clear_groups() == 0 && set_group(user) == 0 &&
         set_user(user) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && filter.install() == 0;
}

UniqueFd empty_network() {
  UniqueFd network;
  std::thread([&] {
    if (::unshare(CLONE_NEWNET) == 0) network.reset(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  }).join();
  return network;
}

}  // namespace

struct BareSandbox::Parts {
  std::string folder;
  UniqueFd network;                 // warm; else none
  std::vector<std::string> groups;  // that there are now
  SeccompFilter filter;
  CgroupPlaces places;
};

BareSandbox::BareSandbox(std::string folder, Kind kind) : parts_(new Parts) {
  parts_->folder = std::move(folder);
  for (const char* name : {"seat", "output", "result"})
    if (::chown((parts_->folder + "/" + name).c_str(), user, user) != 0) std::abort();
  if (parts_->filter.build({})) std::abort();
  parts_->places = make_cgroup_places(slot);
  if (kind == Kind::cold) return;
  parts_->network = empty_network();
  if (!parts_->network) std::abort();
  make_groups();
}

BareSandbox::~BareSandbox() {
  remove_groups();
  remove_cgroup_places(parts_->places);
  delete parts_;
}

void BareSandbox::make_groups() {
  std::vector<std::string>& groups = parts_->groups;
  for (const CgroupPlace& place : parts_->places) {
    if (place.version != 1) continue;
    groups.push_back(place.folder + "/run");
    if (::mkdir(groups.back().c_str(), 0755) != 0) std::abort();
  }
  if (!groups.empty()) {
    write_text((groups[0] + "/memory.limit_in_bytes").c_str(), "536870912");
    write_text((groups[1] + "/pids.max").c_str(), "64");
  }
}

void BareSandbox::remove_groups() {
  for (const std::string& group : parts_->groups) ::rmdir(group.c_str());
  parts_->groups.clear();
}

bool BareSandbox::run(const std::string& program) {
  const bool warm = static_cast<bool>(parts_->network);
  if (!warm) make_groups();
  const UniqueFd log(::open((parts_->folder + "/log").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  clone_args arguments{};
  arguments.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  if (!warm) arguments.flags |= CLONE_NEWNET;
  arguments.exit_signal = SIGCHLD;
  const pid_t child = clone3(arguments);
  if (child == 0) {
    if (warm && ::setns(parts_->network.get(), CLONE_NEWNET) != 0) ::_exit(2);
    for (const std::string& group : parts_->groups)
      if (!write_text((group + "/tasks").c_str(), "0")) ::_exit(2);
    ::dup2(log.get(), STDOUT_FILENO);
    ::dup2(log.get(), STDERR_FILENO);
    if (!make_root(parts_->folder) || !drop_privileges(parts_->filter) || ::chdir("/seat") != 0) ::_exit(2);
    const std::string path = "/seat/" + program;
    char* const argv[] = {const_cast<char*>(path.c_str()), nullptr};
    char* const environment[] = {nullptr};
    ::execve(path.c_str(), argv, environment);
    ::_exit(2);
  }
  int status = 0;
  const bool ended = child > 0 && ::waitpid(child, &status, 0) == child;
  if (!warm) remove_groups();
  return ended && status == 0;
}

}  // namespace bench
