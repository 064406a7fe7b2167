// SPDX-License-Identifier: Apache-2.0
// Every limit against a program that goes for it.
#include <csignal>
#include <fstream>

#include "catch.hpp"
#include "sandbox/promises.hpp"

using namespace matchrunner;

namespace {

bool counted(const std::string& controller) {
  return in_force("cgroup_v1:" + controller) || in_force("cgroup_v2:" + controller);
}

std::uint64_t resident_bytes(std::int64_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

// The launchers of this process, by their parent: they are daemons, so they are found by name and socket peer.
std::uint64_t largest_launcher() {
  std::uint64_t largest = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream comm(entry.path() / "comm");
    std::string text;
    std::getline(comm, text);
    if (text.rfind("matchrunner-lau", 0) == 0) largest = std::max(largest, resident_bytes(std::stoll(name)));
  }
  return largest;
}

}  // namespace

TEST_CASE("cpu time of all processes together is a limit", "[tiers]") {
  SandboxMatch match;
  match.program("(while :; do :; done) & (while :; do :; done) & wait").limits.cpu_seconds = 0.4;
  match.play();
  CHECK(match.seat().verdict == Verdict::timeout);
  CHECK(match.seat().cpu_seconds >= 0.4);
  CHECK(match.seat().detail.find("of 0.4 s cpu") != std::string::npos);
}

TEST_CASE("cpu time is not what a sleeper uses up", "[tiers]") {
  SandboxMatch match;
  match.program("sleep 0.5").limits.cpu_seconds = 0.3;
  CHECK(match.play().seat().verdict == Verdict::ok);
}

TEST_CASE("a seat that stops itself ends at its wall time", "[tiers]") {
  SandboxMatch match;
  match.program("kill -STOP $$").limits.wall_seconds = 0.3;
  match.play();
  CHECK(match.seat().verdict == Verdict::timeout);
  CHECK(match.seat().signal == SIGKILL);
}

TEST_CASE("memory of one process is a limit", "[tiers]") {
  SandboxMatch match;
  Seat& seat = match.add("main", SeatRole::program, "python3", {"-c", "x = bytearray(1 << 30)\nprint('never')"});
  seat.limits.memory_bytes = 64U << 20U;
  match.play();
  CHECK(match.log("main.stdout").empty());
  if (counted("memory")) {
    CHECK(match.seat().verdict == Verdict::memory);
    // What it shares with others, such as libraries, counts for the process and not for its group.
    CHECK(match.seat().peak_memory_bytes <= 80U << 20U);
  } else {
    CHECK(match.seat().verdict == Verdict::exited);  // a MemoryError
  }
}

TEST_CASE("memory of all processes together is a limit", "[tiers]") {
  if (!counted("memory")) return;
  SandboxMatch match;
  const std::string child = "python3 -c 'import time; x = bytearray(40 << 20); time.sleep(60)' & ";
  match.program(child + child + child + child + "wait").limits.memory_bytes = 100U << 20U;
  CHECK(match.play().seat().verdict == Verdict::memory);
}

TEST_CASE("memory in files of /tmp counts, and leaves nothing behind", "[tiers]") {
  if (!counted("memory") || !promised(Promise::own_root)) return;
  SandboxMatch match;
  match.program("head -c 60000000 /dev/zero > /tmp/x && echo written").limits.memory_bytes = 32U << 20U;
  match.play();
  CHECK(match.log("main.stdout").empty());
  CHECK(match.seat().verdict != Verdict::ok);
  SandboxMatch next;
  next.program("ls -A /tmp");
  CHECK(next.play().log("main.stdout").empty());
}

TEST_CASE("a fork bomb stays within its processes and is gone with its match", "[tiers]") {
  SandboxMatch match;
  Seat& seat =
      match.add("main", SeatRole::program, "bash", {"-c", "bomb() { bomb | bomb & }; bomb; sleep 0.5; echo alive"});
  seat.limits.processes = 20;
  match.play();
  CHECK(match.log("main.stderr").find("fork") != std::string::npos);
  if (!promised(Promise::own_processes)) return;
  SandboxMatch next;
  next.program("echo /proc/[0-9]*").limits.processes = 20;
  CHECK(next.play().log("main.stdout") == "/proc/1 /proc/2\n");
}

TEST_CASE("output beyond the limit is cut and the seat goes on", "[tiers]") {
  SandboxMatch match;
  match.program("head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2").limits.output_bytes = 1000000;
  match.play();
  CHECK(match.seat().verdict == Verdict::ok);
  CHECK(match.seat().truncated);
  CHECK(match.log("main.stderr") == "done\n");
  const std::string log = match.log("main.stdout");
  CHECK(log.substr(0, 1000000) == std::string(1000000, 'x'));
  CHECK(log.substr(1000000) == "\n[matchrunner: cut here, 2000000 bytes dropped]\n");
}

TEST_CASE("output beyond the limit ends the seat where that is asked for", "[tiers]") {
  SandboxMatch match;
  Seat& seat = match.program("yes");
  seat.limits.output_bytes = 100000;
  seat.on_output_limit = OnOutputLimit::kill;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.log("main.stdout").substr(0, 100000).find_first_not_of("y\n") == std::string::npos);
}

TEST_CASE("ten gigabytes of output leave the launcher's memory flat", "[tiers]") {
  SandboxMatch match;
  match.program("head -c 10000000000 /dev/zero").limits.output_bytes = 16U << 20U;
  match.start();
  match.follow();
  CHECK(match.seat().verdict == Verdict::ok);
  CHECK(match.seat().truncated);
  CHECK(std::filesystem::file_size(match.spool("logs/main.stdout")) < (17U << 20U));
  CHECK(largest_launcher() < (16U << 20U));
}

TEST_CASE("a file that is larger than all artifacts may be ends its writer", "[tiers]") {
  SandboxMatch match;
  match.program("exec head -c 3000000 /dev/zero > \"$MATCHRUNNER_OUTPUT/big\"").limits.artifact_bytes = 1000000;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().signal == SIGXFSZ);
}

TEST_CASE("artifacts beyond the limit are told of and not kept", "[tiers]") {
  SandboxMatch match;
  match.program("cd $MATCHRUNNER_OUTPUT && for i in 1 2 3 4 5; do head -c 300000 /dev/zero > $i; done")
      .limits.artifact_bytes = 1000000;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "artifact_bytes");
  CHECK(match.seat().limit_value == 1000000);
  CHECK(match.seat().detail == "left 1500000 of 1000000 bytes of artifacts");
  CHECK(std::filesystem::exists(match.spool("output/3")));
  CHECK(!std::filesystem::exists(match.spool("output/4")));
}

TEST_CASE("artifacts beyond the limit do not hide how their program ended", "[tiers]") {
  SandboxMatch match;
  Limits& limits =
      match.program("cd $MATCHRUNNER_OUTPUT; for i in 1 2; do head -c 600 /dev/zero > $i; done; kill -STOP $$").limits;
  limits.artifact_bytes = 1000;
  limits.wall_seconds = 2.5;
  match.play();
  CHECK(match.seat().verdict == Verdict::timeout);
  CHECK(match.seat().limit == "wall_seconds");
  CHECK(match.seat().limit_value == 2.5);
  CHECK(match.seat().detail == "ran for its 2.5 s, left 1200 of 1000 bytes of artifacts");
}

TEST_CASE("more files in the output than a match may leave are told of and not kept", "[tiers]") {
  SandboxMatch match;
  // Names of one file cost little to make.
  match.add("main", SeatRole::program, "python3",
            {"-c",
             "import os\nos.chdir(os.environ['MATCHRUNNER_OUTPUT'])\nopen('f', 'w').close()\n"
             "for i in range(11000): os.link('f', 'f%d' % i)\n"
             "for i in range(50): os.makedirs('d%d/d' % i); os.link('f', 'd%d/d/file' % i)"});
  match.play();
  CHECK(match.infrastructure_error().empty());
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().detail == "left more than 10000 files and folders in its output");
  std::size_t kept = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::recursive_directory_iterator(match.spool("output")))
    ++kept;
  CHECK(kept == 10000);
}

TEST_CASE("what its own folders take on the disk is a limit", "[tiers]") {
  for (const char* folder : {".", "$MATCHRUNNER_OUTPUT"}) {
    SandboxMatch match;
    match.program("cd " + std::string(folder) + "; while i=$((i+1)); do head -c 1048576 /dev/zero > $i || exit; done")
        .limits.disk_bytes = 32U << 20U;
    match.play();
    CAPTURE(folder, match.seat().detail);
    CHECK(match.seat().verdict == Verdict::output_limit);
    CHECK(match.seat().limit == "disk_bytes");
    CHECK(match.seat().limit_value == 32U << 20U);
    CHECK(match.seat().signal == SIGKILL);
    CHECK(match.seat().detail == "used more than its 32 MiB of disk");
  }
}

TEST_CASE("files and folders are a limit", "[tiers]") {
  SandboxMatch match;
  Seat& seat = match.add("main", SeatRole::program, "python3",
                         {"-c",
                          "import itertools, os\nfor i in itertools.count():\n"
                          "  if i % 2: open(str(i), 'w').close()\n  else: os.mkdir(str(i))"});
  seat.limits.files = 100;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "files");
  CHECK(match.seat().limit_value == 100);
  CHECK(match.seat().detail == "had more than its 100 files and folders");
}

TEST_CASE("a folder that is closed to its owner hides no files", "[tiers]") {
  SandboxMatch match;
  Seat& seat = match.add("main", SeatRole::program, "python3",
                         {"-c",
                          "import itertools, os\nos.mkdir('dark', 0o300)\n"
                          "for i in itertools.count(): open('dark/%d' % i, 'w').close()"});
  seat.limits.files = 100;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "files");
}

TEST_CASE("files without names take room too", "[tiers]") {
  SandboxMatch match;
  Seat& seat =
      match.add("main", SeatRole::program, "python3",
                {"-c",
                 "import os\nfiles = []\nfor i in range(60):\n"
                 "  files.append(open('file', 'wb', 0)); files[-1].write(b'x' * (1 << 20)); os.unlink('file')\n"
                 "while True: pass"});
  seat.limits.disk_bytes = 32U << 20U;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "disk_bytes");
}

TEST_CASE("folders in folders have an end", "[tiers]") {
  SandboxMatch match;
  match.add("main", SeatRole::program, "python3",
            {"-c", "import os\nfor i in range(300): os.mkdir('d'); os.chdir('d')\nwhile True: pass"});
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "files");
  CHECK(match.seat().detail == "had folders in folders, more than 128 deep");
}

TEST_CASE("what a seat leaves counts although nobody saw it make it", "[tiers]") {
  SandboxMatch match;
  match.program("for i in 1 2 3; do head -c 1048576 /dev/zero > $i; done").limits.disk_bytes = 2U << 20U;
  match.play();
  CHECK(match.seat().verdict == Verdict::output_limit);
  CHECK(match.seat().limit == "disk_bytes");
  CHECK(match.seat().exit_code == 0);
}

TEST_CASE("a seat that stays within its disk goes on", "[tiers]") {
  SandboxMatch match;
  // It is looked at several times, deep and wide; a file of many names takes room once, one of holes none.
  Seat& seat =
      match.add("main", SeatRole::program, "python3",
                {"-c",
                 "import os, time\nopen('first', 'wb').write(b'x' * (1 << 20))\n"
                 "for i in range(200): os.link('first', 'more%d' % i)\nopen('holes', 'wb').truncate(200 << 20)\n"
                 "os.symlink('/', 'all')\nos.makedirs('/'.join(['d'] * 100))\n"
                 "for i in range(300): os.makedirs('wide/%d' % i); os.link('first', 'wide/%d/file' % i)\n"
                 "end = time.monotonic() + 1.2\nmemory = os.memfd_create('m'); os.write(memory, b'x' * (20 << 20))\n"
                 "while time.monotonic() < end: os.rename('wide', 'w'); os.rename('w', 'wide')"});
  seat.limits.disk_bytes = 16U << 20U;
  seat.limits.files = 2000;  // what moves may count twice
  match.play();
  CHECK(match.seat().detail.empty());
  CHECK(match.seat().verdict == Verdict::ok);
}

TEST_CASE("open files are a limit", "[tiers]") {
  SandboxMatch match;
  Seat& seat =
      match.add("main", SeatRole::program, "python3",
                {"-c", "f = []\ntry:\n  while True: f.append(open('/dev/null'))\nexcept OSError: print(len(f) < 40)"});
  seat.limits.open_files = 40;
  CHECK(match.play().log("main.stdout") == "True\n");
}

TEST_CASE("events are limited in rate and in size", "[tiers]") {
  SandboxMatch match;
  Seat& seat = match.add(
      "main", SeatRole::program, "python3",
      {"-c",
       "import os\nf = os.fdopen(int(os.environ['MATCHRUNNER_EVENTS']), 'w')\n"
       "f.write('{\"type\": \"' + 'x' * 20000 + '\"}\\n')\nfor i in range(50000): f.write('{\"n\": %d}\\n' % i)"});
  seat.limits.cpu_seconds = 60;
  match.play();
  REQUIRE(match.lines().size() > 1000);
  CHECK(match.lines().size() < 40000);
  CHECK(match.lines()[0] == "dropped 1");
  CHECK(match.lines()[1] == "{\"n\": 0}");
  CHECK(match.lines().back().rfind("dropped ", 0) == 0);
}
