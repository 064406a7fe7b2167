// SPDX-License-Identifier: Apache-2.0
// How matches end when their programs do not want to.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "base/unique_fd.hpp"
#include "catch.hpp"
#include "deep_tree.hpp"
#include "runtime/spool.hpp"
#include "sandbox/processes.hpp"
#include "sandbox/promises.hpp"
#include "sandbox/sandbox_match.hpp"

using namespace matchrunner;

namespace {

constexpr const char* endless = "while :; do sleep 1000; done";
constexpr const char* deaf = "trap '' TERM; while :; do sleep 1000; done";

// A duel whose referee runs `referee` and whose players run `player`.
void set_duel(SandboxMatch& match, const std::string& referee, const std::string& player) {
  match.add("referee", SeatRole::referee, "sh", {"-c", referee});
  match.add("white", SeatRole::player, "sh", {"-c", player});
  match.add("black", SeatRole::player, "sh", {"-c", player});
}

// The folder of the group that holds the number of processes of this program's seats; empty: there is none.
std::string pids_group_of_next_seat() {
  SandboxMatch match;
  match.program("sleep 1000");
  match.start();
  std::ifstream groups("/proc/" + std::to_string(match.run().endpoints().at(0).pid) + "/cgroup");
  std::string found;
  for (std::string line; std::getline(groups, line);) {
    const std::size_t at = line.find(":pids:");
    const std::string folder = at == std::string::npos ? "" : "/sys/fs/cgroup/pids" + line.substr(at + 6);
    if (folder.find("/matchrunner-") != std::string::npos && ::access((folder + "/cgroup.procs").c_str(), W_OK) == 0)
      found = folder;
  }
  CHECK(match.run().stop(milliseconds(0)));
  match.follow();
  return found;
}

bool only_the_host_reaches_inits() { return in_force("user") && in_force("pid"); }

}  // namespace

TEST_CASE("players that see the end of their input end by themselves and are ok", "[tiers]") {
  SandboxMatch match(Wiring::stdio);
  // Whoever is slow to start is asked to end before it has looked: that is not what ends it here.
  set_duel(match, "read -r up <&4", "trap '' TERM; echo up; cat > /dev/null; echo bye >&2; exit 7");
  match.plan().grace = milliseconds(20000);
  match.play();
  CHECK(match.seat("white").verdict == Verdict::ok);
  CHECK(match.seat("white").exit_code == 7);
  CHECK(match.log("white.stderr") == "bye\n");
}

TEST_CASE("players that are still there are asked to end and are ok", "[tiers]") {
  SandboxMatch match(Wiring::stdio);
  set_duel(match, "exit 0", endless);
  match.plan().grace = milliseconds(60000);
  match.play();
  CHECK(match.seat("white").verdict == Verdict::ok);
  CHECK(match.seat("white").signal == SIGTERM);
}

TEST_CASE("players that do not listen are killed after the grace and are ok", "[tiers]") {
  SandboxMatch match(Wiring::stdio);
  set_duel(match, "exit 0", deaf);
  match.plan().grace = milliseconds(300);
  match.play();
  CHECK(match.seat("white").verdict == Verdict::ok);
  CHECK(match.seat("white").signal == SIGKILL);
  CHECK(match.seat("white").wall_seconds >= 0.3);
}

TEST_CASE("players of a referee that crashed are killed", "[tiers]") {
  SandboxMatch match(Wiring::stdio);
  set_duel(match, "kill -SEGV $$", endless);
  match.plan().grace = milliseconds(100);
  match.play();
  CHECK(match.seat("referee").verdict == Verdict::crashed);
  CHECK(match.seat("white").verdict == Verdict::killed);
}

TEST_CASE("a stopped match ends even where SIGTERM is ignored and processes are stopped", "[tiers]") {
  for (const std::string script :
       {deaf, "kill -STOP $$", "setsid sh -c 'trap \"\" TERM; sleep 1000' & exec sleep 1000"}) {
    SandboxMatch match;
    match.program(script);
    CHECK(match.start().stop(milliseconds(200)));
    match.follow();
    CHECK(match.seat().verdict == Verdict::killed);
  }
}

TEST_CASE("stop lets programs end in order", "[tiers]") {
  SandboxMatch match;
  match.program("trap 'echo saved; exit 0' TERM; echo ready >&3; while :; do sleep 0.01; done");
  match.start();
  const auto ready = match.run().poll(Context::within(milliseconds(60000)));
  REQUIRE((ready && ready->has_value()));
  CHECK(match.run().stop(milliseconds(60000)));
  match.follow();
  CHECK(match.seat().verdict == Verdict::killed);
  CHECK(match.seat().exit_code == 0);
  CHECK(match.log("main.stdout") == "saved\n");
}

TEST_CASE("processes that hide from their parent are gone with the match", "[tiers]") {
  const std::string mark = unique_mark();
  SandboxMatch match;
  match.program("for i in 1 2 3; do setsid sh -c 'exec -a x sleep 1000 & sh -c \"sleep 1000 #" + mark +
                "\" &' & done; setsid sh -c 'trap \"\" TERM HUP; echo up; sleep 1000 #" + mark +
                "' & sleep 0.2; exit 0");
  match.play();
  CHECK(match.seat().verdict == Verdict::ok);
  CHECK(processes_with(mark).empty());
}

TEST_CASE("a run that is dropped leaves no process", "[tiers]") {
  const std::string mark = unique_mark();
  SandboxMatch match;
  match.program("setsid sh -c 'trap \"\" TERM; sleep 1000 #" + mark + "' & echo up >&3; wait #" + mark);
  match.start();
  const auto report = match.run().poll(Context::within(milliseconds(60000)));
  REQUIRE((report && report->has_value()));
  CHECK(processes_with(mark, 2).size() >= 2);
  match.drop();
  CHECK(processes_with(mark).empty());
}

TEST_CASE("a seat whose init is killed leaves no process", "[tiers]") {
  const std::string mark = unique_mark();
  SandboxMatch match;
  match.program("setsid sh -c 'trap \"\" TERM HUP; sleep 1000 #" + mark + "' & echo up >&3; sleep 1000 #" + mark);
  match.start();
  const auto report = match.run().poll(Context::within(milliseconds(60000)));
  REQUIRE((report && report->has_value()));
  const auto processes = processes_with(mark, 2);
  CHECK(processes.size() >= 2);
  ::kill(parent_of(static_cast<pid_t>(match.run().endpoints().at(0).pid)), SIGKILL);
  if (only_the_host_reaches_inits()) {  // then it is not the seat's doing
    CHECK(match.follow_until_lost() == ErrorCode::unavailable);
  } else {
    match.follow();
    CHECK(match.seat().verdict == Verdict::crashed);
    CHECK(match.infrastructure_error().empty());  // nothing is left
  }
  CHECK(processes_with(mark).empty());
}

TEST_CASE("what cannot be removed is the host's fault, and told of", "[tiers]") {
  const std::string group = pids_group_of_next_seat();
  if (group.empty()) return;  // no such cgroups, or not ours to write
  SandboxMatch match;
  match.program("echo up >&3; sleep 1000");
  match.start();
  const auto report = match.run().poll(Context::within(milliseconds(60000)));
  REQUIRE((report && report->has_value()));
  const pid_t stranger = ::fork();
  if (stranger == 0) {
    ::pause();
    ::_exit(0);
  }
  std::ofstream(group + "/cgroup.procs") << stranger;
  CHECK(match.run().stop(milliseconds(0)));
  match.follow();
  const std::string told = match.infrastructure_error();  // a sanitizer may have started a thread in it
  CHECK(told.find(" processes are left in the group of seat 0") != std::string::npos);
  ::kill(stranger, SIGKILL);
  siginfo_t dead{};
  ::waitid(P_PID, static_cast<id_t>(stranger), &dead, WEXITED | WNOWAIT);
  SandboxMatch next;
  next.program("true");
  CHECK(next.play().infrastructure_error().empty());  // the dead one still counts in the group, and runs no more
  ::waitpid(stranger, nullptr, 0);
}

TEST_CASE("temporary files are gone with the match", "[tiers]") {
  SandboxMatch match;
  match.program("cd $TMPDIR && mkdir -p a/b && echo x > a/b/c && chmod 0 a/b; ls $TMPDIR");
  CHECK(match.play().log("main.stdout") == "a\n");
  CHECK(match.infrastructure_error().empty());
  CHECK(!std::filesystem::exists(match.spool("work/main/tmp")));
}

TEST_CASE("folders deeper than the runner may have descriptors are gone with the match", "[tiers]") {
  const std::string nests =
      "import os\nfolders = [os.open(os.environ[name], os.O_RDONLY) for name in ('TMPDIR', 'HOME')]\n"
      "for i in range(3000):\n  for j, above in enumerate(folders):\n    os.mkdir('deeper', dir_fd=above)\n"
      "    folders[j] = os.open('deeper', os.O_RDONLY, dir_fd=above)\n    os.close(above)";
  SandboxMatch match(Wiring::stdio);
  match.add("referee", SeatRole::referee, "sh", {"-c", "cat <&4; echo said"});
  match.add("white", SeatRole::player, "python3", {"-c", nests});
  match.add("black", SeatRole::player, "sh", {"-c", "sleep 1000"});
  match.plan().grace = milliseconds(100);
  match.start();
  const FewDescriptors few(128);
  match.follow();
  CHECK(match.infrastructure_error().empty());
  CHECK(match.log("referee.stdout") == "said\n");
  CHECK(match.seat("white").detail == "had folders in folders, more than 128 deep");
  CHECK(!std::filesystem::exists(match.spool("work/white/tmp")));
  CHECK(std::filesystem::exists(match.spool("work/white/seat/deeper/deeper")));
  CHECK(remove_run_folder(match.spool("")));
  CHECK(!std::filesystem::exists(match.spool("")));
}

TEST_CASE("a player that closes its pipes does not hold up the match", "[tiers]") {
  SandboxMatch match(Wiring::stdio);
  match.add("referee", SeatRole::referee, "python3",
            {"-c",
             "import json, os\nfor s in json.loads(os.environ['MATCHRUNNER_SEATS']):\n"
             "  print(s['name'], os.read(s['read_fd'], 10))"});
  match.add("white", SeatRole::player, "sh", {"-c", "exec <&- >&- 2>&-; sleep 1000"});
  match.add("black", SeatRole::player, "sh", {"-c", "echo e5; sleep 1000"});
  match.plan().grace = milliseconds(100);
  match.play();
  CHECK(match.seat("referee").verdict == Verdict::ok);
  CHECK(match.log("referee.stdout") == "white b''\nblack b'e5\\n'\n");
}

TEST_CASE("a log that somebody else holds open does not keep the match") {
  if (::geteuid() != 0) return;  // nobody else may open it
  SandboxMatch match;
  match.program("exec sleep 1000");
  Run& run = match.start();
  const std::string log = "/proc/" + std::to_string(run.endpoints().at(0).pid) + "/fd/1";
  const UniqueFd held(::open(log.c_str(), O_WRONLY | O_CLOEXEC));
  REQUIRE(held);
  REQUIRE(run.stop(milliseconds(0)));
  match.follow();
  CHECK(match.seat().verdict == Verdict::killed);
}

TEST_CASE("an end from outside is not the host's fault", "[tiers]") {
  SandboxMatch match;
  match.program("sleep 1000");
  match.start();
  REQUIRE(match.run().endpoints().at(0).pid > 0);
  ::kill(static_cast<pid_t>(match.run().endpoints()[0].pid), SIGKILL);
  match.follow();
  CHECK(match.seat().verdict == Verdict::crashed);
  CHECK(match.seat().signal == SIGKILL);
  CHECK(match.infrastructure_error().empty());
}
