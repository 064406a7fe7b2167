// SPDX-License-Identifier: Apache-2.0
// Hosts that die, that ignore their children, that are large, that are no root, that have a full disk.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "base/unique_fd.hpp"
#include "base/wakeup.hpp"
#include "catch.hpp"
#include "sandbox/processes.hpp"
#include "sandbox/sandbox_match.hpp"

extern char** environ;  // NOLINT: as POSIX has it

using namespace matchrunner;

namespace {

constexpr const char* ordinary_user = "61234";

// test_host, run with these arguments in a folder that every user may enter.
class Host {
 public:
  explicit Host(std::vector<std::string> flags, const std::vector<std::string>& command) {
    ::chmod(folder_.path().c_str(), 0755);
    for (const char* name : {MATCHRUNNER_TEST_HOST, MATCHRUNNER_TEST_LAUNCHER})
      std::filesystem::copy(name, folder_.path());
    launcher_ = "MATCHRUNNER_LAUNCHER=" + folder_.path() + "/matchrunner-launcher";
    const std::string spool = folder_ / "spool";
    std::filesystem::create_directory(spool);
    ::chmod(spool.c_str(), 0777);
    std::vector<std::string> all = {folder_ / "test_host"};
    all.insert(all.end(), flags.begin(), flags.end());
    all.push_back(spool);
    all.insert(all.end(), command.begin(), command.end());
    spawn(all);
  }
  ~Host() {
    if (process_ > 0) kill();
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  pid_t pid() const { return process_; }
  std::string spool(const std::string& name) const { return folder_ / ("spool/" + name); }

  // The next line it prints, without its end; empty when there is none any more.
  std::string line() {
    std::string text;
    for (char c = 0; ::read(output_.get(), &c, 1) == 1 && c != '\n';) text += c;
    return text;
  }
  std::string line_with(const std::string& start) {
    std::string text;
    do text = line();
    while (!text.empty() && text.rfind(start, 0) != 0);
    return text;
  }

  void kill() {
    ::kill(process_, SIGKILL);
    wait();
  }
  int wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    return status;
  }

 private:
  void spawn(std::vector<std::string>& all) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    output_.reset(ends[0]);
    const UniqueFd theirs(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
    std::vector<char*> arguments, environment;
    for (std::string& argument : all) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
    environment.push_back(launcher_.data());
    environment.push_back(nullptr);
    const int error = ::posix_spawn(&process_, all[0].c_str(), &actions, nullptr, arguments.data(), environment.data());
    ::posix_spawn_file_actions_destroy(&actions);
    REQUIRE(error == 0);
  }

  TemporaryFolder folder_;
  std::string launcher_;
  UniqueFd output_;
  pid_t process_ = -1;
};

std::vector<std::string> tree_of_sleepers(const std::string& mark) {
  return {"sh", "-c",
          "setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1000; done #" + mark +
              "' & while :; do sleep 1000; done #" + mark};
}

// The processes of the host's match.
std::vector<pid_t> seats_of(const Host& host, const std::string& mark) {
  auto processes = processes_with(mark);
  processes.erase(std::remove(processes.begin(), processes.end(), host.pid()), processes.end());
  return processes;
}

// Both shells of the tree, once they are there: a seat counts as started before its program has taken over.
std::vector<pid_t> grown_tree_of(const Host& host, const std::string& mark) {
  const Context patience = Context::within(std::chrono::minutes(1));
  std::vector<pid_t> processes;
  while (processes.size() < 2 && patience.check()) {
    REQUIRE(wait_for({}, Context::within(milliseconds(5))));
    processes = seats_of(host, mark);
  }
  return processes;
}

// Launchers have no mark; their seats' inits carry their name and are gone with them.
std::vector<pid_t> launchers_of(const std::vector<pid_t>& seats) {
  std::vector<pid_t> found;
  for (const pid_t seat : seats) {
    // seat <- init <- launcher
    pid_t up = seat;
    for (int step = 0; step < 8 && up > 1; ++step) {
      std::FILE* status = std::fopen(("/proc/" + std::to_string(up) + "/stat").c_str(), "r");
      if (status == nullptr) break;
      int parent = 0;
      char name[32] = {};
      [[maybe_unused]] const int read = std::fscanf(status, "%*d (%31[^)]) %*c %d", name, &parent);
      std::fclose(status);
      if (std::string(name).rfind("matchrunner-lau", 0) == 0) found.push_back(up);
      up = parent;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("a host that is killed leaves no process") {
  for (const char* tier : {"full", "user", "restricted", "none"}) {
    const std::string mark = unique_mark();
    Host host({"--tier", tier}, tree_of_sleepers(mark));
    REQUIRE(host.line_with("started ") != "");
    const auto processes = grown_tree_of(host, mark);
    REQUIRE(processes.size() >= 1);
    const auto launchers = launchers_of(processes);
    REQUIRE(launchers.size() >= 2);
    host.kill();
    CHECK(all_end(processes));
    CHECK(all_end(launchers));
    CHECK(all_end(processes_with(mark)));  // what it forked at the end may still be dying
  }
}

TEST_CASE("a launcher that is killed loses the run and leaves no process") {
  for (const char* tier : {"full", "user", "restricted", "none"}) {
    const std::string mark = unique_mark();
    Host host({"--tier", tier}, tree_of_sleepers(mark));
    REQUIRE(host.line_with("started ") != "");
    const auto processes = grown_tree_of(host, mark);
    const auto launchers = launchers_of(processes);
    REQUIRE(!launchers.empty());
    ::kill(launchers.back(), SIGKILL);  // the outermost
    CHECK(host.line() == "killed the launcher was lost");
    CHECK(host.line() == "error unavailable sandbox: the launcher was lost");
    CHECK(all_end(seats_of(host, mark)));
  }
}

TEST_CASE("an init that is killed from outside loses the run, and is never its seat's doing") {
  if (::geteuid() != 0) return;  // elsewhere it has the seat's user
  const std::string mark = unique_mark();
  Host host({}, tree_of_sleepers(mark));
  REQUIRE(host.line_with("started ") != "");
  const auto processes = grown_tree_of(host, mark);
  const auto above = launchers_of(processes);  // init, launcher
  REQUIRE(above.size() >= 2);
  ::kill(above.front(), SIGKILL);
  CHECK(host.line() == "killed the host failed");
  CHECK(host.line() == "error unavailable sandbox: the init of seat main was killed from outside");
  CHECK(all_end(processes));
}

TEST_CASE("the lease of a host that was stopped runs out all the same") {
  const std::string mark = unique_mark();
  Host host({"--lease", "1500"}, tree_of_sleepers(mark));
  REQUIRE(host.line_with("started ") != "");
  const auto processes = grown_tree_of(host, mark);
  REQUIRE(!processes.empty());
  ::kill(host.pid(), SIGSTOP);
  CHECK(all_end(processes));
  ::kill(host.pid(), SIGCONT);
  CHECK(host.line() == "killed the runner gave the match up");
  CHECK(host.line() == "error unavailable sandbox: the lease of the runner ran out");
}

TEST_CASE("nothing is started on a lease that has run out") {
  Host host({"--lease", "0"}, {"true"});
  CHECK(host.line_with("error ") == "error unavailable sandbox: the lease of the runner ran out");
}

TEST_CASE("who adopts a match ends its older run, although that one's host was stopped") {
  const std::string mark = unique_mark();
  Host host({}, tree_of_sleepers(mark));
  REQUIRE(host.line_with("started ") != "");
  const auto processes = grown_tree_of(host, mark);
  REQUIRE(!processes.empty());
  ::kill(host.pid(), SIGSTOP);
  MatchPlan plan;
  plan.match_id = "host-" + std::to_string(host.pid());
  plan.epoch = 1;
  const auto same = sandbox_executor().adopt(plan, Context::within(milliseconds(60000)));
  CHECK((!same && same.error().code == ErrorCode::not_found));
  CHECK(!seats_of(host, mark).empty());  // not older, so not touched
  plan.epoch = 2;
  const auto later = sandbox_executor().adopt(plan, Context::within(milliseconds(60000)));
  CHECK((!later && later.error().code == ErrorCode::not_found));
  CHECK(seats_of(host, mark).empty());
  ::kill(host.pid(), SIGCONT);
  CHECK(host.line_with("ended") == "ended another runner has taken the match over");
}

TEST_CASE("a host that forked is missed all the same") {
  const std::string mark = unique_mark();
  Host host({"--fork"}, tree_of_sleepers(mark));
  REQUIRE(host.line_with("started ") != "");
  const auto processes = grown_tree_of(host, mark);
  REQUIRE(!processes.empty());
  host.kill();
  CHECK(all_end(processes));
}

TEST_CASE("a host may ignore its children") {
  Host host({"--ignore-children"}, {"sh", "-c", "exit 3"});
  CHECK(host.line_with("exited") == "exited exit code 3");
  CHECK(host.line() == "ended ");
  CHECK(host.wait() == 0);
}

TEST_CASE("a full disk is the host's fault") {
  if (::geteuid() != 0) return;
  Host host({"--disk", "1"}, {"sh", "-c", "head -c 4000000 /dev/zero; sleep 1000"});
  REQUIRE(host.line_with("started ") != "");
  CHECK(host.line() == "killed the host failed");
  CHECK(host.line() == "ended write of a log of seat main: No space left on device");
}

TEST_CASE("an ordinary user has a sandbox too") {
  if (::geteuid() != 0) return;  // every test is that one, then
  const std::string script =
      "id -u; grep -E '^Cap(Prm|Eff)' /proc/self/status; echo /proc/[0-9]*; ls /root /home 2>&1; touch /x /usr/x 2>&1;"
      "touch /seat/x && echo result > $MATCHRUNNER_RESULT; mkdir -m 0 closed; mkdir -p a/b; chmod 0 a";
  Host host({"--user", ordinary_user}, {"sh", "-c", script});
  const std::string isolation = host.line();
  CHECK(isolation.rfind("isolation user user_namespace pid mount ", 0) == 0);
  CHECK(isolation.find(" seccomp") != std::string::npos);
  REQUIRE(host.line_with("ok") == "ok ");
  CHECK(host.line() == "ended ");
  host.wait();
  std::FILE* file = std::fopen(host.spool("logs/main.stdout").c_str(), "r");
  REQUIRE(file != nullptr);
  char log[4096] = {};
  [[maybe_unused]] const std::size_t read = std::fread(log, 1, sizeof log - 1, file);
  std::fclose(file);
  CHECK(
      std::string(log) ==
      std::string(ordinary_user) +
          "\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n/proc/1 /proc/2\n"
          "ls: cannot access '/root': No such file or directory\nls: cannot access '/home': No such file or directory\n"
          "touch: cannot touch '/x': Read-only file system\ntouch: cannot touch '/usr/x': Read-only file system\n");
  CHECK(std::filesystem::exists(host.spool("result.json")));
}

TEST_CASE("an ordinary user's host that is killed leaves no process") {
  if (::geteuid() != 0) return;
  const std::string mark = unique_mark();
  Host host({"--user", ordinary_user}, tree_of_sleepers(mark));
  REQUIRE(host.line_with("started ") != "");
  const auto processes = grown_tree_of(host, mark);
  REQUIRE(!processes.empty());
  host.kill();
  CHECK(all_end(processes));
  CHECK(all_end(processes_with(mark)));  // what it forked at the end may still be dying
}
