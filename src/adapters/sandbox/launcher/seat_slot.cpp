// SPDX-License-Identifier: Apache-2.0
#include "adapters/sandbox/launcher/seat_slot.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>

#include <cerrno>

#include "adapters/sandbox/launcher/own_thread.hpp"
#include "adapters/sandbox/launcher/seat_init.hpp"
#include "adapters/sandbox/launcher/system_calls.hpp"

namespace matchrunner::launcher {
namespace {

void wait_on(sem_t& semaphore) {
  while (::sem_wait(&semaphore) != 0 && errno == EINTR) continue;
}

Failure make_network_namespace(UniqueFd& network) {
  return on_own_thread([&network] {
    if (::unshare(CLONE_NEWNET) != 0) return failed("network namespace");
    network.reset(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    return network ? Failure{} : failed("open of /proc/thread-self/ns/net");
  });
}

}  // namespace

SeatSlot::SeatSlot(const Grounds& grounds, std::uint32_t index) : grounds_(grounds), index_(index) {
  ::sem_init(&asked_, 0, 0);
  ::sem_init(&answered_, 0, 0);
}

SeatSlot::~SeatSlot() {
  if (thread_.joinable()) {
    plan_ = nullptr;
    ::sem_post(&asked_);
    thread_.join();
  }
  ::sem_destroy(&asked_);
  ::sem_destroy(&answered_);
}

Failure SeatSlot::open() {
  if (Failure failure = cgroup_.open(grounds_.cgroups, index_)) return failure;
  if (grounds_.network_namespace)
    if (Failure failure = make_network_namespace(network_)) return failure;
  thread_ = std::thread([this] { serve(); });
  return finish().failure;
}

void SeatSlot::begin(const SeatPlan& plan) {
  plan_ = &plan;
  ::sem_post(&asked_);
}

SeatSlot::Spawned SeatSlot::finish() {
  wait_on(answered_);
  return std::move(answer_);
}

void SeatSlot::serve() {
  answer_.failure = settle();
  while (true) {
    ::sem_post(&answered_);
    wait_on(asked_);
    if (plan_ == nullptr) return cgroup_.leave(thread_id());
    answer_ = spawn();
  }
}

// The thread goes where its seats are to be born.
Failure SeatSlot::settle() {
  if (Failure failure = cgroup_.enter(thread_id())) return failure;
  if (grounds_.own_root()) {
    if (::unshare(CLONE_FS) != 0 || ::setns(grounds_.view.mount_namespace(), CLONE_NEWNS) != 0)
      return failed("mount namespace");
  }
  if (grounds_.own_user) {
    for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
      if (::prctl(PR_CAPBSET_DROP, capability) != 0) return failed("capability bounding set");
  }
  return {};
}

SeatSlot::Spawned SeatSlot::spawn() {
  int pidfd = -1;
  clone_args arguments{};
  arguments.flags = grounds_.namespaces | CLONE_PIDFD;
  arguments.pidfd = reinterpret_cast<std::uint64_t>(&pidfd);
  arguments.exit_signal = SIGCHLD;
  if (cgroup_.clone_into() >= 0) {
    arguments.flags |= CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<std::uint64_t>(cgroup_.clone_into());
  }
  const pid_t pid = clone3(arguments);
  if (pid == 0) run_seat_init(grounds_, *plan_, plan_->start->network ? -1 : network_.get());
  if (pid < 0) return {-1, UniqueFd(), failed("clone of the seat's init")};
  return {pid, UniqueFd(pidfd), {}};
}

}  // namespace matchrunner::launcher
