// SPDX-License-Identifier: Apache-2.0
// A host application for tests that have to kill it: plays one match of a program and prints what happens.
//   test_host [--ignore-children] [--heap MIB] [--fork] [--disk MIB] [--lease MS] [--user ID] [--tier TIER] SPOOL
//   COMMAND [ARGUMENT...]
// It prints "isolation TIER PART...", "started PID", then for the seat and the run "VERDICT DETAIL" and "ended ERROR".
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <vector>

#include "matchrunner/adapters/sandbox.hpp"

using namespace matchrunner;

namespace {

SandboxOptions options;
std::vector<char> heap;

void ignore_children(const char*) { ::signal(SIGCHLD, SIG_IGN); }
void fill_heap(const char* size) { heap.assign(std::strtoull(size, nullptr, 10) << 20U, 'x'); }
void become_user(const char* id) {
  const uid_t uid = static_cast<uid_t>(std::strtoul(id, nullptr, 10));
  if (::setgroups(0, nullptr) != 0 || ::setgid(uid) != 0 || ::setuid(uid) != 0) std::exit(3);
  ::prctl(PR_SET_DUMPABLE, 1);
}
void hold_by(const char* tier) {
  options.tier = value_of(tiers, tier).value();
  if (options.tier == Tier::none) options.policy = IsolationPolicy::allow_none;
}

std::string disk;
bool forks = false;
milliseconds lease{3600000};

struct Flag {
  const char* name;
  bool has_value;
  void (*apply)(const char* value);
};
constexpr Flag flags[] = {
    {"--ignore-children", false, ignore_children},
    {"--heap", true, fill_heap},
    {"--fork", false, [](const char*) { forks = true; }},
    {"--disk", true, [](const char* size) { disk = size; }},
    {"--lease", true, [](const char* time) { lease = milliseconds(std::atoi(time)); }},
    {"--user", true, become_user},
    {"--tier", true, hold_by},
};

// A disk of its own that is soon full, which only this process and its children see.
void mount_disk(const char* folder) {
  if (disk.empty()) return;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", folder, "tmpfs", 0, ("size=" + disk + "m").c_str()) != 0)
    std::exit(3);
}

int fail(const Error& error) {
  std::cout << "error " << to_string(error.code) << " " << error.describe() << std::endl;
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  int at = 1;
  for (bool known = true; known && at < argc;) {
    known = false;
    for (const Flag& flag : flags) {
      if (std::strcmp(argv[at], flag.name) != 0) continue;
      flag.apply(flag.has_value ? argv[at + 1] : nullptr);
      at += flag.has_value ? 2 : 1;
      known = true;
      break;
    }
  }
  if (at + 2 > argc) return 2;
  mount_disk(argv[at]);

  const auto executor = make_sandbox_executor(options);
  if (!executor) return fail(executor.error());
  const Isolation isolation = (*executor)->capabilities().isolation;
  std::cout << "isolation " << isolation.tier;
  for (const std::string& part : isolation.in_force) std::cout << " " << part;
  std::cout << std::endl;

  MatchPlan plan;
  plan.match_id = "host-" + std::to_string(::getpid());
  plan.epoch = 1;
  plan.spool_folder = argv[at];
  plan.lease_deadline = BootClock::now() + lease;
  plan.game.wiring = Wiring::none;
  Seat& seat = plan.game.seats.emplace_back();
  seat.name = "main";
  seat.role = SeatRole::program;
  seat.command = argv[at + 1];
  seat.arguments.assign(argv + at + 2, argv + argc);
  seat.limits = default_limits();
  if (auto prepared = (*executor)->prepare(plan, {}); !prepared) return fail(prepared.error());
  const auto run = (*executor)->start(plan, {});
  if (!run) return fail(run.error());
  // A child that has all our descriptors and outlives us, without the mark in our arguments; whoever waits for the end
  // of the test's output does not wait for it.
  if (forks && ::fork() == 0) {
    for (int i = 0; i < argc; ++i) std::memset(argv[i], 0, std::strlen(argv[i]));
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(stream);
    ::alarm(30);
    ::pause();
  }
  std::cout << "started " << (*run)->endpoints().at(0).pid << std::endl;
  while (true) {
    const auto report = (*run)->poll({});
    if (!report) return fail(report.error());
    const RunReport& told = **report;
    if (told.kind == RunReport::Kind::seat_ended)
      std::cout << to_string(told.seat.verdict) << " " << told.seat.detail << std::endl;
    if (told.kind != RunReport::Kind::ended) continue;
    std::cout << "ended " << told.infrastructure_error << std::endl;
    return 0;
  }
}
