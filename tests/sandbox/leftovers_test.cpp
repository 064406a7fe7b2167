// SPDX-License-Identifier: Apache-2.0
// What a seat leaves besides processes: it is planted here in its name, since the sandbox keeps it from doing so.
#include <fcntl.h>
#include <grp.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "adapters/sandbox/launcher/left_objects.hpp"
#include "base/digest.hpp"
#include "base/unique_fd.hpp"
#include "catch.hpp"
#include "sandbox/promises.hpp"

using namespace matchrunner;

namespace {

// Of this process alone, so that tests side by side do not find each other's.
const key_t own_key = static_cast<key_t>(0x6d720000 + (::getpid() & 0xffff));
const std::string own_name = "matchrunner-left-" + std::to_string(::getpid()) + "-" + random_hex(4);

bool make_file(const std::string& path) { return static_cast<bool>(std::ofstream(path) << "x"); }

bool make_deep_folder(const std::string& path) {
  std::filesystem::create_directories(path + "/a/b");
  return make_file(path + "/a/b/file") && ::chmod((path + "/a").c_str(), 0) == 0;
}

bool is_there(const std::string& path) { return std::filesystem::exists(std::filesystem::symlink_status(path)); }

// One way to leave something; `make` is called as the user who leaves it.
struct Planted {
  const char* name;
  bool (*make)();
  bool (*is_left)();
  std::string told;
};
const Planted planted[] = {
    {"a file", [] { return make_file("/tmp/" + own_name); }, [] { return is_there("/tmp/" + own_name); },
     "/tmp/" + own_name},
    {"a file in /var/tmp", [] { return make_file("/var/tmp/" + own_name); },
     [] { return is_there("/var/tmp/" + own_name); }, "/var/tmp/" + own_name},
    {"a tree", [] { return make_deep_folder("/tmp/" + own_name); }, [] { return is_there("/tmp/" + own_name); },
     "/tmp/" + own_name},
    {"a link", [] { return ::symlink("/etc", ("/tmp/" + own_name).c_str()) == 0; },
     [] { return is_there("/tmp/" + own_name); }, "/tmp/" + own_name},
    {"a name of two lines", [] { return make_file("/tmp/" + own_name + "\n"); },
     [] { return is_there("/tmp/" + own_name + "\n"); }, "/tmp/" + own_name + "%0A"},
    {"POSIX shared memory", [] { return make_file("/dev/shm/" + own_name); },
     [] { return is_there("/dev/shm/" + own_name); }, "/dev/shm/" + own_name},
    {"a POSIX message queue", [] { return ::mq_open(("/" + own_name).c_str(), O_RDWR | O_CREAT, 0600, nullptr) != -1; },
     [] { return is_there("/dev/mqueue/" + own_name); }, "/dev/mqueue/" + own_name},
    {"System V shared memory", [] { return ::shmget(own_key, 4096, IPC_CREAT | 0600) != -1; },
     [] { return ::shmget(own_key, 0, 0) != -1; }, "System V shared memory "},
    {"System V semaphores", [] { return ::semget(own_key, 1, IPC_CREAT | 0600) != -1; },
     [] { return ::semget(own_key, 0, 0) != -1; }, "System V semaphores "},
    {"a System V message queue", [] { return ::msgget(own_key, IPC_CREAT | 0600) != -1; },
     [] { return ::msgget(own_key, 0) != -1; }, "System V message queue "},
};

// Queues can be made everywhere, and found only where they are mounted: root has that for this process and the
// launchers that it will start.
bool queues_are_mounted() {
  constexpr decltype(statfs::f_type) queues = 0x19800202;  // MQUEUE_MAGIC of ipc/mqueue.c
  struct statfs about {};
  return ::statfs("/dev/mqueue", &about) == 0 && about.f_type == queues;
}
bool mount_queues() {
  if (queues_are_mounted()) return true;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  ::mkdir("/dev/mqueue", 0755);
  return ::mount("mqueue", "/dev/mqueue", "mqueue", 0, nullptr) == 0;
}
const bool queues_can_be_found = mount_queues();
bool can_be_found(const Planted& what) { return queues_can_be_found || what.told.rfind("/dev/mqueue/", 0) != 0; }

bool make_as(uid_t uid, const Planted& what) {
  const pid_t child = ::fork();
  if (child == 0)
    ::_exit(::setgroups(0, nullptr) == 0 && ::setgid(uid) == 0 && ::setuid(uid) == 0 && what.make() ? 0 : 1);
  int status = 1;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

// A match that waits for its end.
void start_waiting(SandboxMatch& match) {
  match.program("echo up >&3; sleep 1000");
  match.start();
  const auto report = match.run().poll(Context::within(milliseconds(60000)));
  REQUIRE((report && report->has_value()));
}

void end(SandboxMatch& match) {
  CHECK(match.run().stop(milliseconds(0)));
  match.follow();
}

uid_t user_of(SandboxMatch& match) {
  struct stat about {};
  REQUIRE(::stat(("/proc/" + std::to_string(match.run().endpoints().at(0).pid)).c_str(), &about) == 0);
  return about.st_uid;
}

// The groups of the match's seat that this process may change.
std::vector<std::string> groups_of(SandboxMatch& match) {
  std::ifstream file("/proc/" + std::to_string(match.run().endpoints().at(0).pid) + "/cgroup");
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    const std::size_t names = line.find(':') + 1, path = line.find(':', names);
    const std::string controllers = line.substr(names, path - names);
    const std::string folder = "/sys/fs/cgroup/" + controllers + line.substr(path + 1);
    if (folder.find("/matchrunner-") != std::string::npos && ::access((folder + "/cgroup.procs").c_str(), W_OK) == 0)
      found.push_back(folder);
  }
  return found;
}

// The user of the first seats of a new executor, which is gone again.
uid_t user_of_new_launcher() {
  const auto executor = make_sandbox_executor(test_options());
  REQUIRE(executor);
  SandboxMatch match;
  match.program("sleep 1000");
  REQUIRE((*executor)->prepare(match.plan(), {}));
  const auto run = (*executor)->start(match.plan(), {});
  REQUIRE(run);
  struct stat about {};
  REQUIRE(::stat(("/proc/" + std::to_string((*run)->endpoints().at(0).pid)).c_str(), &about) == 0);
  return about.st_uid;
}

bool has_users_on_the_host() { return held() == Tier::restricted && in_force("user"); }

}  // namespace

TEST_CASE("what a user has left is found and removed, and nothing of others") {
  if (::geteuid() != 0) return;  // an ordinary user has no other to be looked for
  const Planted& what = planted[GENERATE(range(std::size_t{0}, std::size(planted)))];
  CAPTURE(what.name);
  if (!can_be_found(what)) return;
  const uid_t uid = 1000000000U + static_cast<uid_t>(::getpid());
  REQUIRE(make_as(uid, what));
  launcher::Finds of_others;
  launcher::remove_objects_of(uid + 1, 10, of_others);
  launcher::remove_objects_of(uid - 10, 10, of_others);
  CHECK(of_others.removed.empty());
  CHECK(what.is_left());
  launcher::Finds finds;
  launcher::remove_objects_of(uid - 1, 2, finds);
  CHECK(finds.removed.text().rfind(what.told, 0) == 0);
  CHECK(finds.remaining.empty());
  CHECK(!what.is_left());
}

TEST_CASE("much that was left is counted, and little of it named") {
  launcher::Listing listing;
  CHECK((listing.empty() && listing.text().empty()));
  for (const char* name : {"a", "b", "c"}) listing.add(name);
  CHECK(listing.text() == "a, b, c");
  for (const char* name : {"d", "e"}) listing.add(name);
  CHECK(listing.text() == "a, b, c and 2 more");
}

TEST_CASE("what a seat left that it could not have is removed, and the host's fault", "[tiers]") {
  if (!has_users_on_the_host()) return;  // elsewhere there is nothing to be left, or nobody to tell it by
  const Planted& what = planted[GENERATE(range(std::size_t{0}, std::size(planted)))];
  CAPTURE(what.name);
  if (!can_be_found(what)) return;
  SandboxMatch match;
  start_waiting(match);
  REQUIRE(make_as(user_of(match), what));
  end(match);
  CHECK(match.infrastructure_error().rfind("left by a seat that the sandbox was to keep from it: " + what.told, 0) ==
        0);
  CHECK(!what.is_left());
  SandboxMatch next;
  next.program("true");
  CHECK(next.play().infrastructure_error().empty());
}

TEST_CASE("what an earlier launcher of the slot left is gone before the first match", "[tiers]") {
  if (!has_users_on_the_host()) return;
  const uid_t of_first = user_of_new_launcher();
  // Of a seat that no match has by now: whoever else has the slot meanwhile only removes it.
  REQUIRE(make_as(of_first + 100, planted[0]));
  bool again = false;
  for (int i = 0; i < 100 && !again; ++i) again = user_of_new_launcher() == of_first;
  if (again) CHECK(!planted[0].is_left());  // else somebody else keeps the slot
  ::unlink(planted[0].told.c_str());
}

TEST_CASE("files of the runner's own user stay where seats have no other", "[tiers]") {
  if (in_force("user")) return;
  SandboxMatch match;
  start_waiting(match);
  for (const Planted& what : planted)
    if (what.told.rfind("System V ", 0) == 0 || what.told.rfind("/dev/shm/", 0) == 0) REQUIRE(what.make());
  end(match);
  CHECK(match.infrastructure_error().empty());
  for (const Planted& what : planted)
    if (what.told.rfind("System V ", 0) == 0 || what.told.rfind("/dev/shm/", 0) == 0) CHECK(what.is_left());
  ::unlink(("/dev/shm/" + own_name).c_str());
  ::shmctl(::shmget(own_key, 0, 0), IPC_RMID, nullptr);
  ::semctl(::semget(own_key, 0, 0), 0, IPC_RMID);
  ::msgctl(::msgget(own_key, 0), IPC_RMID, nullptr);
}

TEST_CASE("groups below a seat's own are removed, and the host's fault", "[tiers]") {
  SandboxMatch match;
  start_waiting(match);
  const std::vector<std::string> groups = groups_of(match);
  for (const std::string& group : groups) std::filesystem::create_directories(group + "/planted/below");
  end(match);
  if (groups.empty()) return;  // none, or not ours to write
  const std::string told = "left by a seat that the sandbox was to keep from it: group /sys/fs/cgroup/";
  CHECK(match.infrastructure_error().rfind(told, 0) == 0);
  for (const std::string& group : groups) CHECK(!is_there(group + "/planted"));
  SandboxMatch next;
  next.program("true");
  CHECK(next.play().infrastructure_error().empty());
}

TEST_CASE("a group below a seat's own that is in use is told of until it is not", "[tiers]") {
  SandboxMatch match;
  start_waiting(match);
  const std::vector<std::string> groups = groups_of(match);
  const std::string planted_group = groups.empty() ? "" : groups[0] + "/planted";
  pid_t stranger = -1;
  if (!groups.empty()) {
    std::filesystem::create_directory(planted_group);
    stranger = ::fork();
    if (stranger == 0) {
      ::pause();
      ::_exit(0);
    }
    std::ofstream(planted_group + "/cgroup.procs") << stranger;
  }
  end(match);
  if (groups.empty()) return;
  CHECK(match.infrastructure_error().rfind("left by a seat, and cannot be removed: group " + planted_group, 0) == 0);
  ::kill(stranger, SIGKILL);
  ::waitpid(stranger, nullptr, 0);
  SandboxMatch next;
  next.program("true");
  CHECK(next.play().infrastructure_error().rfind("left by a seat that the sandbox was to keep", 0) == 0);
  CHECK(!is_there(planted_group));
}
