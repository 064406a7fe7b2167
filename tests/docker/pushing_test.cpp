// SPDX-License-Identifier: Apache-2.0
// Images on their way to a registry that wants a login, and back.
#include <fstream>

#include "base/digest.hpp"
#include "docker/image_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Of the registry, and new to it.
std::string new_tag(const ImageFolder& folder) {
  const std::string tag = shared_docker().registry() + "/test/pushed-" + random_hex(4) + ":1";
  folder.write("words", tag);
  built(folder.build(tag));
  return tag;
}

Error push_failure(const DockerOptions& options, const std::string& tag) {
  const auto pushed = push_image(options, tag, nullptr, unhurried());
  REQUIRE(!pushed);
  INFO(pushed.error().describe());
  CHECK(pushed.error().message.find("image " + tag + ": ") == 0);
  CHECK(pushed.error().message.find('\n') == std::string::npos);
  return pushed.error();
}

}  // namespace

TEST_CASE("an image is built, pushed, gone from the engine, pulled, and a match runs in it") {
  const ImageFolder folder(from_busybox + "COPY words /words\n");
  const std::string tag = new_tag(folder);
  Told told;
  const auto pushed = push_image(with_login(), tag, told.on_step(), unhurried());
  INFO((pushed ? "" : pushed.error().describe()));
  REQUIRE(pushed);
  CHECK(pushed->name == tag);
  CHECK(pushed->digest.find("sha256:") == 0);
  CHECK(told.has("Pushed"));
  forget_images(tag.substr(0, tag.rfind(':')));
  const auto pulled = pull_image(with_login(), tag, nullptr, unhurried());
  INFO((pulled ? "" : pulled.error().describe()));
  REQUIRE(pulled);
  CHECK(*pulled == *pushed);
  const TemporaryFolder spool;
  MatchPlan plan = shell_plan(spool, "cat /words");
  plan.game.seats[0].image = tag;
  DockerOptions options = with_login();
  options.pull = DockerPull::never;
  CHECK(play(*open_executor(options), plan).seat.verdict == Verdict::ok);
  CHECK(log_of(plan, "main") == tag);
}

TEST_CASE("a name without a registry means the default one, for builds and pushes as for seats") {
  DockerOptions options = with_login();
  options.default_registry = shared_docker().registry();
  const ImageFolder folder(from_busybox);
  CHECK(built(folder.build("test/default:1"), options).name == shared_docker().registry() + "/test/default:1");
  CHECK(push_image(options, "test/default:1", nullptr, unhurried()));
}

TEST_CASE("a large layer tells how far it is") {
  const ImageFolder folder(from_busybox + "COPY large /large\n");
  {
    std::ofstream large(folder / "large", std::ios::binary);
    for (int i = 0; i < 50; ++i) large << random_hex(1 << 19);
  }
  const std::string tag = new_tag(folder);
  Told told;
  REQUIRE(push_image(with_login(), tag, told.on_step(), unhurried()));
  std::uint64_t most = 0;
  for (const ImageStep& step : told.steps) {
    CHECK(step.bytes >= most);
    CHECK(step.bytes <= step.total_bytes);
    most = step.bytes;
  }
  CHECK(most > 50'000'000);
  forget_images(tag);
}

TEST_CASE("a build begins with an image of a registry that wants a login") {
  const std::string base = shared_docker().registry() + "/test/busybox:1";
  const ImageFolder folder("FROM " + base + "\n");
  ImageBuild build = folder.build("matchrunner-test/based:1");
  build.pull = true;
  CHECK(built(build, with_login()).name == "docker.io/matchrunner-test/based:1");
  CHECK(failure(build).code == ErrorCode::permission_denied);
  CHECK(failure(build, with_login("guess")).code == ErrorCode::permission_denied);
  build.pull = false;
  built(build);  // the engine has it
  CHECK(failure(ImageFolder("FROM " + shared_docker().registry() + "/test/none:1\n").build("x"), with_login()).code ==
        ErrorCode::not_found);
}

TEST_CASE("a push that is refused, of nothing, or to nobody says so") {
  const ImageFolder folder(from_busybox + "COPY words /words\n");
  const std::string tag = new_tag(folder);
  CHECK(push_failure(docker_options(), tag).code == ErrorCode::permission_denied);
  const Error refused = push_failure(with_login("guess"), tag);
  CHECK(refused.code == ErrorCode::permission_denied);
  CHECK(refused.message.find("guess") == std::string::npos);
  CHECK(push_failure(with_login(), shared_docker().registry() + "/test/never-built:1").code == ErrorCode::not_found);
  CHECK(pull_image(with_login(), tag, nullptr, unhurried()).error().code == ErrorCode::not_found);
  shared_docker().order("registry-stop");
  const auto away = push_image(with_login(), tag, nullptr, unhurried());
  shared_docker().order("registry-start");
  REQUIRE(!away);
  CHECK(away.error().code == ErrorCode::unavailable);
  CHECK(push_image(with_login(), tag, nullptr, unhurried()));
}

TEST_CASE("a registry that says nothing any more is given up") {
  const ImageFolder folder(from_busybox + "COPY words /words\n");
  const std::string tag = new_tag(folder);
  DockerOptions options = with_login();
  options.pull_stall_timeout = std::chrono::seconds(2);
  shared_docker().order("registry-pause");
  const auto silent = push_image(options, tag, nullptr, unhurried());
  shared_docker().order("registry-resume");
  REQUIRE(!silent);
  INFO(silent.error().describe());
  CHECK(silent.error().code == ErrorCode::unavailable);
  CHECK(silent.error().message.find("its push broke off, or its registry said nothing for 2 s") != std::string::npos);
  CHECK(push_image(with_login(), tag, nullptr, unhurried()));
}
