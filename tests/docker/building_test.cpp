// SPDX-License-Identifier: Apache-2.0
// Images built from a folder by a real engine.
#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "docker/image_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// The engine has given up what it built.
void wait_for_no_container() {
  const Context until = unhurried();
  while (until.check() && !asked_of_engine("/containers/json?all=1").empty())
    std::this_thread::sleep_for(milliseconds(50));
  CHECK(asked_of_engine("/containers/json?all=1").empty());
}

}  // namespace

TEST_CASE("an image is built from nothing but a folder, and a match runs in it") {
  ImageFolder folder(
      "FROM scratch\nCOPY . /\nRUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n"
      "ENTRYPOINT [\"/bin/sh\", \"-c\"]\n");
  folder.write("words", "built here\n");
  std::filesystem::create_directory(folder / "bin");
  std::filesystem::copy_file("/bin/busybox", folder / "bin/busybox");
  const Image image = built(folder.build("matchrunner-test/built:1"));
  CHECK(image.name == "docker.io/matchrunner-test/built:1");
  CHECK(image.id == asked_of_engine("/images/matchrunner-test%2Fbuilt:1/json")["Id"]);
  CHECK(image.digest.empty());
  const TemporaryFolder spool;
  MatchPlan plan = shell_plan(spool, "cat /words");
  plan.game.seats[0].image = "matchrunner-test/built:1";
  CHECK(play(*open_executor(), plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == "built here\n");
  CHECK(asked_of_engine("/containers/json?all=1").empty());
}

TEST_CASE("a build tells what its commands write, and a failed one is an error in one line") {
  ImageFolder folder(from_busybox + "RUN echo first; echo second >&2\nRUN echo last words; exit 3\n");
  Told told;
  const auto failed =
      build_image(docker_options(), folder.build("matchrunner-test/failed:1"), told.on_step(), unhurried());
  REQUIRE(!failed);
  INFO(failed.error().describe());
  CHECK(failed.error().code == ErrorCode::invalid_argument);
  CHECK(failed.error().message ==
        "image docker.io/matchrunner-test/failed:1: The command '/bin/sh -c echo last words; "
        "exit 3' returned a non-zero code: 3");
  for (const char* line : {"first", "second", "last words"}) CHECK(told.has(line));
  CHECK(asked_of_engine("/containers/json?all=1").empty());
}

TEST_CASE("what cannot be built says why") {
  SECTION("no engine") {
    DockerOptions options = docker_options();
    options.host += ".away";
    const auto failed = build_image(options, ImageFolder(from_busybox).build("x"), nullptr, unhurried());
    REQUIRE(!failed);
    CHECK(failed.error().code == ErrorCode::unavailable);
  }
  SECTION("names that are none") {
    for (const char* tag : {"Red", "", "x@sha256:12", "matchrunner.invalid/prepared:1"})
      CHECK(failure(ImageFolder(from_busybox).build(tag)).code == ErrorCode::invalid_argument);
  }
  SECTION("a Dockerfile that is none") {
    const Error failed = failure(ImageFolder("FROM scratch\nNONSENSE\n").build("x"));
    CHECK(failed.code == ErrorCode::invalid_argument);
    CHECK(failed.message.find("NONSENSE") != std::string::npos);
  }
  SECTION("a file that is not there") {
    for (const char* line : {"COPY away /\n", "ADD away /\n"})
      CHECK(failure(ImageFolder(std::string("FROM scratch\n") + line).build("x")).code == ErrorCode::invalid_argument);
  }
  SECTION("no folder") {
    ImageBuild build = ImageFolder(from_busybox).build("x");
    CHECK(failure(build).code == ErrorCode::not_found);  // it is gone by now
  }
}

TEST_CASE("a link that leads out of the folder is a link in the image, and .dockerignore holds") {
  ImageFolder folder(from_busybox + "COPY . /sent\nRUN ls /sent; ls -l /sent/link | cut -d '>' -f 2\n");
  const TemporaryFolder outside;
  write_bytes(outside / "secret", "secret");
  std::filesystem::create_symlink(outside / "secret", folder / "link");
  folder.write("kept", "");
  folder.write("left-out", "");
  folder.write(".dockerignore", "left-*\nDockerfile\n.dockerignore\n");
  Told told;
  REQUIRE(build_image(docker_options(), folder.build("matchrunner-test/links:1"), told.on_step(), unhurried()));
  CHECK(told.has("kept"));
  CHECK(told.has("link"));
  CHECK(told.has(" " + outside / "secret"));
  for (const char* absent : {"left-out", "Dockerfile", ".dockerignore"}) CHECK(!told.has(absent));
}

TEST_CASE("another Dockerfile of the folder may be named") {
  ImageFolder folder("FROM scratch\nNONSENSE\n");
  folder.write("docker/other", from_busybox + "RUN echo the other\n");
  ImageBuild build = folder.build("matchrunner-test/other:1");
  build.dockerfile = "docker/other";
  Told told;
  REQUIRE(build_image(docker_options(), build, told.on_step(), unhurried()));
  CHECK(told.has("the other"));
}

TEST_CASE("a build that is stopped, or has no time left, ends with all that it had begun") {
  ImageFolder folder(from_busybox + "RUN echo asleep; sleep 1000\n");
  const bool by_hand = GENERATE(true, false);
  std::stop_source stop;
  Told told([&](const ImageStep& step) {
    if (by_hand && step.text == "asleep") stop.request_stop();
  });
  const milliseconds time = by_hand ? std::chrono::minutes(2) : std::chrono::seconds(3);
  const auto ended = build_image(docker_options(), folder.build("matchrunner-test/asleep:1"), told.on_step(),
                                 Context::within(time, stop.get_token()));
  REQUIRE(!ended);
  INFO(ended.error().describe());
  CHECK(ended.error().code == (by_hand ? ErrorCode::cancelled : ErrorCode::timeout));
  CHECK(told.has("asleep"));
  wait_for_no_container();
}

TEST_CASE("what is thrown while a build goes on ends it, and comes back in its error") {
  ImageFolder folder(from_busybox + "RUN echo asleep; sleep 1000\n");
  const std::string words = GENERATE("Sending ", "asleep");
  Told told([&](const ImageStep& step) {
    if (step.text.find(words) == 0) throw std::out_of_range("enough");
  });
  const auto ended =
      build_image(docker_options(), folder.build("matchrunner-test/asleep:1"), told.on_step(), unhurried());
  REQUIRE(!ended);
  CHECK(ended.error().code == ErrorCode::callback);
  CHECK(ended.error().message == "a callback threw: enough");
  REQUIRE(ended.error().exception != nullptr);
  CHECK_THROWS_AS(std::rethrow_exception(ended.error().exception), std::out_of_range);
  CHECK(told.steps.back().text.find(words) == 0);  // nothing more was told
  wait_for_no_container();
}

TEST_CASE("an engine that dies while it builds is away, and builds once it is back") {
  ImageFolder folder(from_busybox + "RUN echo begun; sleep 1000\n");
  Told told([&](const ImageStep& step) {
    if (step.text == "begun") shared_docker().order("stop");
  });
  const auto lost = build_image(docker_options(), folder.build("matchrunner-test/lost:1"), told.on_step(), unhurried());
  shared_docker().order("start");
  REQUIRE(!lost);
  INFO(lost.error().describe());
  CHECK(lost.error().code == ErrorCode::unavailable);
  CHECK(lost.error().message.find("no engine at") != std::string::npos);
  folder.write("sent", "");
  folder.write("Dockerfile", from_busybox + "COPY sent /sent\nRUN test -e /sent\n");
  built(folder.build("matchrunner-test/lost:1"));
  for (const auto& left : asked_of_engine("/containers/json?all=1"))  // of the step that was under way
    ask_engine("DELETE", "/containers/" + left["Id"].get<std::string>() + "?force=1");
}
