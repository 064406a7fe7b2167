// SPDX-License-Identifier: Apache-2.0
// Commands, files and paths: what is found, what is brought in, and what the messages say.
#include <sys/stat.h>

#include <fstream>

#include "catch.hpp"
#include "sandbox/sandbox_match.hpp"

using namespace matchrunner;

namespace {

void write(const std::string& path, const std::string& content, mode_t mode) {
  std::ofstream(path) << content;
  ::chmod(path.c_str(), mode);
}

// What prepare() says of a seat with this command and these read_only paths.
Error refusal(const std::string& command, std::vector<std::string> read_only = {}) {
  SandboxMatch match;
  match.add("white", SeatRole::program, command, {}).read_only = std::move(read_only);
  auto prepared = sandbox_executor().prepare(match.plan(), Context::within(milliseconds(30000)));
  return prepared ? Error{ErrorCode::internal, "accepted"} : std::move(prepared).error();
}

}  // namespace

TEST_CASE("a command that the seat cannot see is told of with what would help") {
  const TemporaryFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  write(folder / "bot", "#!/bin/sh\necho hello\n", 0755);
  const Error error = refusal(folder / "bot");
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message == "seat white: command " + (folder / "bot") + " exists, but the seat cannot see it: add " +
                             folder.path() + " to its read_only");
  SandboxMatch match;
  match.add("main", SeatRole::program, folder / "bot", {}).read_only = {folder.path()};
  CHECK(match.play().log("main.stdout") == "hello\n");
}

TEST_CASE("a link that leads out of what the seat sees is told of") {
  const TemporaryFolder seen, hidden;
  write(hidden / "python", "#!/bin/sh\n", 0755);
  std::filesystem::create_symlink(hidden / "python", seen / "python");
  const Error error = refusal(seen / "python", {seen.path()});
  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.message.find("it leads to " + (hidden / "python")) != std::string::npos);
}

TEST_CASE("a read_only path may be a link") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "v1");
  write(folder / "v1/bot", "#!/bin/sh\necho v1\n", 0755);
  std::filesystem::create_symlink(folder / "v1", folder / "current");
  SandboxMatch match;
  match.add("main", SeatRole::program, folder / "current/bot", {}).read_only = {folder / "current"};
  CHECK(match.play().log("main.stdout") == "v1\n");
}

TEST_CASE("read_only paths below folders that only root may enter are seen, and cannot be written") {
  const TemporaryFolder folder;  // 0700
  std::filesystem::create_directories(folder / "deep/er");
  write(folder / "deep/er/file", "content\n", 0644);
  write(folder / "single", "one\n", 0644);
  SandboxMatch match;
  Seat& seat = match.program("cat $0/deep/er/file $0/single; echo x 2>/dev/null >> $0/single || echo refused; ls $0");
  seat.arguments.push_back(folder.path());
  seat.read_only = {folder / "deep/er", folder / "single"};
  CHECK(match.play().log("main.stdout") == "content\none\nrefused\ndeep\nsingle\n");
}

TEST_CASE("read_only paths that would hide the seat's own are refused") {
  for (const std::string path : {"/seat", "/proc/sys", "/output/x", "/", "relative", "/usr/../root"})
    CHECK(refusal("true", {path}).code == ErrorCode::invalid_argument);
}

TEST_CASE("files are brought in with their rights, and may be changed") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "book/open");
  write(folder / "book/open/a.bin", "abc", 0600);
  write(folder / "bot.sh", "#!/bin/sh\ncat data/text book/open/a.bin; echo more >> data/text && pwd\n", 0755);
  SandboxMatch match;
  Seat& seat = match.add("main", SeatRole::program, "../bot.sh", {});
  seat.working_folder = "work";
  seat.files = {
      {"bot.sh", folder / "bot.sh", {}}, {"work/data/text", {}, "text\n"}, {"work/book", folder / "book", {}}};
  match.play();
  CHECK(match.log("main.stdout") == "text\nabc/seat/work\n");
  CHECK(match.log("main.stderr").empty());
}

TEST_CASE("files may come from another file system") {
  const TemporaryFolder memory("/dev/shm"), other;  // the spool cannot be on both
  write(memory / "a", "from memory\n", 0644);
  write(other / "b", "from disk\n", 0644);
  SandboxMatch match;
  match.program("cat a b").files = {{"a", memory / "a", {}}, {"b", other / "b", {}}};
  CHECK(match.play().log("main.stdout") == "from memory\nfrom disk\n");
}

TEST_CASE("files cannot be brought in through a link, or outside the seat's folder") {
  const TemporaryFolder folder, target;
  std::filesystem::create_directory(folder / "upload");
  std::filesystem::create_symlink(target.path(), folder / "upload/link");
  SandboxMatch match;
  Seat& seat = match.program("true");
  seat.files = {{"in", folder / "upload", {}}, {"in/link/file", {}, "x"}};
  CHECK(!sandbox_executor().prepare(match.plan(), {}));
  CHECK(!std::filesystem::exists(target / "file"));
  for (const std::string path : {"../x", "/x", "a/../../x", ""}) {
    SandboxMatch other;
    other.program("true").files = {{path, {}, "x"}};
    const auto prepared = sandbox_executor().prepare(other.plan(), {});
    CHECK((!prepared && prepared.error().code == ErrorCode::invalid_argument));
  }
}

TEST_CASE("a program that cannot be run is its seat's fault") {
  SandboxMatch match(Wiring::stdio);
  match.add("referee", SeatRole::referee, "sleep", {"1000"});
  match.add("white", SeatRole::player, "./bot", {}).files = {{"bot", {}, "print('no first line, no right to run')\n"}};
  match.add("black", SeatRole::player, "./bot", {}).files = {{"bot", {}, "#!/no/such/interpreter\n"}};
  match.play();
  CHECK(match.seat("white").verdict == Verdict::not_started);
  CHECK(match.seat("white").detail == "its program could not be run: Permission denied");
  CHECK(match.seat("black").verdict == Verdict::not_started);
  CHECK(match.seat("black").detail == "its program could not be run: No such file or directory");
  CHECK(match.seat("referee").verdict == Verdict::killed);
  CHECK(match.infrastructure_error().empty());
}

TEST_CASE("the environment of a seat is its own and ours") {
  SandboxMatch match;
  Seat& seat = match.program("echo $GREETING $LANG $MATCHRUNNER_SEAT; my-tool");
  seat.environment = {
      {"GREETING", "hello"}, {"LANG", "de_CH"}, {"MATCHRUNNER_SEAT", "forged"}, {"PATH", "/seat/tools:/usr/bin"}};
  seat.files = {{"tools/my-tool", {}, "#!/bin/sh\necho tool\n"}};
  CHECK(match.play().log("main.stdout") == "hello de_CH main\ntool\n");
}

TEST_CASE("/dev/stdout and /dev/stderr can be opened") {
  SandboxMatch match;
  match.program("echo out > /dev/stdout; echo err > /dev/stderr");
  match.play();
  CHECK(match.log("main.stdout") == "out\n");
  CHECK(match.log("main.stderr") == "err\n");
}

TEST_CASE("a referee and its players talk by pipes") {
  SandboxMatch match(Wiring::stdio);
  match.add("referee", SeatRole::referee, "python3",
            {"-c",
             "import json, os\nseats = json.loads(os.environ['MATCHRUNNER_SEATS'])\n"
             "assert [sorted(s) for s in seats] == [['name', 'read_fd', 'role', 'write_fd']] * 2\n"
             "for s in seats:\n  os.write(s['write_fd'], b'ping %d\\n' % s['read_fd'])\n"
             "  print(s['name'], s['role'], os.fdopen(s['read_fd']).readline().strip())\n"
             "json.dump({'scores': {'white': 1, 'black': 0}}, open(os.environ['MATCHRUNNER_RESULT'], 'w'))"});
  match.add("white", SeatRole::player, "sh", {"-c", "read a; echo pong $a $MATCHRUNNER_SEAT"});
  match.add("black", SeatRole::player, "sh", {"-c", "read a; echo pong $a $MATCHRUNNER_SEATS"});
  match.play();
  CHECK(match.log("referee.stdout") == "white player pong ping 4 white\nblack player pong ping 6\n");
  CHECK(match.log("referee.stderr").empty());
  CHECK(std::filesystem::exists(match.spool("result.json")));
}
