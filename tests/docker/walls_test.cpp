// SPDX-License-Identifier: Apache-2.0
// What a container may not do; each script exits with 0 when it could not.
#include "docker/docker_match.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

TEST_CASE("a seat in a container is held") {
  const TemporaryFolder folder;
  const auto [what, script] = GENERATE(table<const char*, const char*>({
      {"it is nobody", "test \"$(id -u):$(id -g)\" = 65534:65534"},
      {"the image is read-only", "! touch /bin/x 2>/dev/null"},
      {"nothing but /tmp and its own folder can be written",
       "for d in / /etc /bin /matchrunner; do touch $d/x && exit 1; done; "
       "touch /tmp/x /matchrunner/seat/x"},
      {"it has no capabilities", "awk '/^Cap(Eff|Prm|Bnd|Amb)/ && $2 !~ /^0+$/ { exit 1 }' /proc/self/status"},
      {"it gets no new privileges", "awk '/^NoNewPrivs/ { exit $2 != 1 }' /proc/self/status"},
      {"system calls are filtered", "awk '/^Seccomp:/ { exit $2 != 2 }' /proc/self/status"},
      {"there is no network", "awk 'NR > 2 && $1 !~ /^lo:/ { exit 1 }' /proc/net/dev"},
      {"its first process is not its program", "test $$ != 1"},
      {"no other process is seen", "test $(ls -d /proc/[0-9]* | awk 'END { print NR }') -le 5"},
      {"/tmp is as large as its disk may be",
       "dd if=/dev/zero of=/tmp/x bs=65536 count=16 && ! dd if=/dev/zero of=/tmp/x bs=65536 count=64"},
  }));
  CAPTURE(what);
  MatchPlan plan = shell_plan(folder, script);
  plan.game.seats[0].limits.disk_bytes = 2 << 20;
  const Played played = play(*open_executor(), plan);
  INFO(read_bytes(plan.spool_folder + "/logs/main.stderr"));
  CHECK(played.seat.verdict == Verdict::ok);
  CHECK(played.seat.detail.empty());
}

TEST_CASE("what a container cannot have is refused before it starts, by name") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  Seat& seat = plan.game.seats[0];
  std::string field;
  ErrorCode code = ErrorCode::unsupported;
  SECTION("the host's files") {
    seat.read_only = {"/etc"};
    field = "read_only";
  }
  SECTION("a command of the host") {
    seat.image.reset();
    seat.command = "sh";
    field = "image";
  }
  SECTION("what is no text for an engine") {
    seat.arguments = {"\xff"};
    field = "UTF-8";
    code = ErrorCode::invalid_argument;
  }
  SECTION("a file outside of its folder") {
    seat.files.push_back({"../x", std::nullopt, "text"});
    field = "../x";
    code = ErrorCode::invalid_argument;
  }
  SECTION("an image that is none") {
    seat.image = "Not An Image";
    field = "image";
    code = ErrorCode::invalid_argument;
  }
  SECTION("an image that nobody has allowed") {
    seat.image = "busybox";
    field = "images";
    code = ErrorCode::permission_denied;
  }
  const auto prepared = open_executor()->prepare(plan, Context::within(std::chrono::minutes(1)));
  REQUIRE(!prepared);
  CHECK(prepared.error().code == code);
  CHECK(prepared.error().message.find("seat main: ") == 0);
  CHECK(prepared.error().message.find(field) != std::string::npos);
}

TEST_CASE("an executor that would hold nothing, or run as root, is not opened") {
  DockerOptions options = docker_options();
  std::string field;
  SECTION("no images") {
    options.images.clear();
    field = "images: ";
  }
  SECTION("root") {
    options.user = GENERATE("0:0", "0:1", "1:0", "root", "1000", "");
    field = "user: ";
  }
  SECTION("half a login") {
    options.registry = "localhost:5000";
    field = "registry: ";
  }
  const auto made = make_docker_executor(options);
  REQUIRE(!made);
  CHECK(made.error().code == ErrorCode::invalid_argument);
  CHECK(made.error().message.find(field) == 0);
}
