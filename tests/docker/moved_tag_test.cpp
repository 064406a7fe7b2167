// SPDX-License-Identifier: Apache-2.0
// A tag that the registry gives to another image, and images named by their digest, which no tag moves: what each pull
// policy makes of them.
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

std::string moved_repository() { return shared_docker().registry() + "/test/moved"; }
std::string moved_tag() { return moved_repository() + ":1"; }

struct Moved {
  Moved() { forget_images("/test/moved"); }
  ~Moved() { forget_images("/test/moved"); }
};

// Which version of the image plays.
Result<std::string> version_of(const std::string& image, DockerPull pull) {
  DockerOptions options = docker_options();
  options.registry = shared_docker().registry();
  options.registry_user = "test";
  options.registry_password = "testing";
  options.pull = pull;
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "printf $version");
  plan.game.seats[0].image = image;
  const auto executor = open_executor(options);
  const Context context = Context::within(std::chrono::minutes(1));
  if (const auto ready = executor->prepare(plan, context); !ready) return ready.error();
  CHECK(follow(*executor->start(plan, context).value()).seat.verdict == Verdict::ok);
  return log_of(plan, "main");
}

void check_version(const std::string& image, DockerPull pull, const std::string& wanted) {
  CAPTURE(image, pull);
  const auto version = version_of(image, pull);
  INFO((version ? "" : version.error().describe()));
  REQUIRE(version);
  CHECK(*version == wanted);
}

std::string digest_of(const std::string& image) {
  const std::string start = moved_repository() + "@";
  const nlohmann::json known = asked_of_engine("/images/" + image + "/json");
  for (const nlohmann::json& name : known["RepoDigests"])
    if (const auto text = name.get<std::string>(); text.starts_with(start)) return text.substr(start.size());
  return "";
}

}  // namespace

TEST_CASE("a tag that has moved is followed by the policy always alone") {
  const Moved moved;
  shared_docker().order("push-1");
  CHECK(version_of(moved_tag(), DockerPull::never).error().code == ErrorCode::not_found);
  check_version(moved_tag(), DockerPull::missing, "1");
  shared_docker().order("push-2");
  check_version(moved_tag(), DockerPull::missing, "1");
  check_version(moved_tag(), DockerPull::never, "1");
  check_version(moved_tag(), DockerPull::always, "2");
  check_version(moved_tag(), DockerPull::missing, "2");
  check_version(moved_tag(), DockerPull::never, "2");
}

TEST_CASE("an image named by its digest is that one, wherever its tag has gone") {
  const Moved moved;
  shared_docker().order("push-1");
  check_version(moved_tag(), DockerPull::missing, "1");
  const std::string digest = digest_of(moved_tag());
  REQUIRE(!digest.empty());
  shared_docker().order("push-2");
  check_version(moved_tag(), DockerPull::always, "2");
  const std::string image = GENERATE(false, true) ? moved_tag() + "@" + digest : moved_repository() + "@" + digest;
  for (const DockerPull pull : {DockerPull::never, DockerPull::missing, DockerPull::always})
    check_version(image, pull, "1");
  forget_images("/test/moved");
  CHECK(version_of(image, DockerPull::never).error().code == ErrorCode::not_found);
  check_version(image, DockerPull::missing, "1");
  check_version(moved_tag(), DockerPull::missing, "2");  // which is not there, although its digest is
}

TEST_CASE("a digest that the registry does not have is an error that names the image") {
  const std::string image = moved_repository() + "@sha256:" + std::string(64, 'a');
  shared_docker().order("push-1");
  const auto refused = version_of(image, DockerPull::missing);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().message.find("seat main: image " + image + ": ") == 0);
}
