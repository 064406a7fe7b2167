// SPDX-License-Identifier: Apache-2.0
#include "adapters/docker/image_reference.hpp"
#include "catch.hpp"
#include "matchrunner/adapters/docker_images.hpp"

using namespace matchrunner;
using docker::read_reference;

TEST_CASE("references in full") {
  const std::string digest = "@sha256:" + std::string(64, 'a');
  const auto [text, full] = GENERATE_COPY(table<std::string, std::string>({
      {"busybox", "docker.io/library/busybox:latest"},
      {"busybox:1.36", "docker.io/library/busybox:1.36"},
      {"teams/red", "docker.io/teams/red:latest"},
      {"localhost/red", "localhost/red:latest"},
      {"localhost:5000/teams/red:v1_2", "localhost:5000/teams/red:v1_2"},
      {"registry.example/a/b/c" + digest, "registry.example/a/b/c" + digest},
      {"red:1" + digest, "docker.io/library/red:1" + digest},
      {"[::1]:5000/red", "[::1]:5000/red:latest"},
  }));
  const auto reference = read_reference(text);
  INFO(text);
  REQUIRE(reference);
  CHECK(reference->full() == full);
}

TEST_CASE("a name without a registry is looked for in the default one") {
  const auto placed = [](const std::string& text) {
    return read_reference(docker::with_registry(text, "localhost:5000")).value().full();
  };
  CHECK(placed("busybox") == "localhost:5000/busybox:latest");
  CHECK(placed("teams/red:v2") == "localhost:5000/teams/red:v2");
  CHECK(placed("registry.example/red") == "registry.example/red:latest");
  CHECK(placed("docker.io/library/busybox") == "docker.io/library/busybox:latest");
  CHECK(docker::with_registry("teams/red", "") == "teams/red");
}

TEST_CASE("what is no reference") {
  const std::string text = GENERATE("", "Red", "a//b", "/a", "a/", "-a", "a:", "a:.b", "a@sha256:12", "a@md5:1", "a b",
                                    "../a", "a/../b", "a\n", "host:5000/", ":tag");
  INFO(text);
  REQUIRE(!read_reference(text));
  CHECK(read_reference(text).error().message.find("image: expected ") == 0);
}

TEST_CASE("a tag that is none is refused by that name, before any engine is asked") {
  ImageBuild build;
  build.tag = "Red";
  DockerOptions options;
  options.host = "unix:///nowhere";
  const auto call = GENERATE(0, 1, 2);
  const auto refused = call == 0   ? build_image(options, build)
                       : call == 1 ? push_image(options, build.tag)
                                   : pull_image(options, build.tag);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message == "tag: expected [registry/]repository[:tag][@sha256:digest], found 'Red'");
}

TEST_CASE("who may run is decided by patterns of the whole reference") {
  const auto may = [](const std::string& text, std::vector<std::string> patterns) {
    return docker::may_run(text, read_reference(text).value(), patterns);
  };
  CHECK(may("busybox", {"busybox"}));
  CHECK(may("busybox", {"docker.io/library/*"}));
  CHECK(may("localhost:5000/teams/red:1", {"x", "localhost:5000/teams/*"}));
  CHECK(may("anything/else:1", {"*"}));
  CHECK(!may("busybox", {}));
  CHECK(!may("busybox2", {"busybox"}));
  CHECK(!may("evil.example/localhost/teams/red", {"localhost/teams/*"}));
  CHECK(!may("localhost:5000/teams/red:2", {"localhost:5000/teams/*:1"}));
  CHECK(!may("localhost:5000/other", {"localhost:5000/teams/*"}));
}
