// SPDX-License-Identifier: Apache-2.0
// A registry that answers with errors, says nothing any more, or is cut off in the middle of a layer: an error that
// names the image, a slot that is free again, and a next match that plays.
#include "docker/faulty_line.hpp"
#include "docker/one_slot.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

constexpr const char* large = "/test/large:1";

// The engine's way to the registry. Of what comes over it nothing is there yet.
struct RegistryLine {
  RegistryLine() { forget_images(large); }
  ~RegistryLine() { forget_images(large); }

  DockerOptions options() const {
    DockerOptions options = docker_options();
    options.images = {line.address() + "/test/*"};
    options.registry = line.address();
    options.registry_user = "test";
    options.registry_password = "testing";
    return options;
  }
  std::string image() const { return line.address() + large; }

  FaultyLine line{shared_docker().network(), 5000};
};

}  // namespace

TEST_CASE("a registry that answers 500 fails the match alone, and in words that name the image") {
  RegistryLine registry;
  const OneSlot slot(registry.options());
  registry.line.refuse(GENERATE("/manifests/", "/blobs/"));
  const Match failed = slot.play(registry.image(), "true");
  CHECK(registry.line.has_struck());
  check_fault(failed, "seat main: image " + registry.image() + ": ");
  INFO(failed.outcome->reason);
  CHECK(failed.outcome->reason.find("500 Internal Server Error") != std::string::npos);
  registry.line.mend();
  CHECK(slot.play(registry.image(), "true").state == MatchState::finished);
}

TEST_CASE("a registry that falls silent is given up after the pull's time, and the next match plays") {
  RegistryLine registry;
  DockerOptions options = registry.options();
  options.pull_stall_timeout = std::chrono::seconds(2);
  const OneSlot slot(options);
  registry.line.silence_at(GENERATE("/manifests/", "/blobs/"));
  const Match failed = slot.play(registry.image(), "true");
  CHECK(registry.line.has_struck());
  check_fault(failed, "seat main: image " + registry.image() + ": ");
  CHECK(failed.outcome->reason.find("its registry said nothing for 2 s") != std::string::npos);
  registry.line.mend();
  CHECK(slot.play(registry.image(), "true").state == MatchState::finished);
}

TEST_CASE("a connection that is cut within a layer is an error although the pull began well") {
  RegistryLine registry;
  const OneSlot slot(registry.options());
  registry.line.cut("/blobs/", 4 << 20);
  const std::string id = slot.submit(registry.image(), "true");
  const Match failed = slot.wait(id);
  CHECK(registry.line.has_struck());
  slot.wait_for_events(id, "preparing");  // it was under way
  check_fault(failed, "seat main: image " + registry.image() + ": ");
  INFO(failed.outcome->reason);
  CHECK(failed.outcome->reason.find("EOF") != std::string::npos);
  CHECK(failed.outcome->reason.find("no engine") == std::string::npos);
  registry.line.mend();
  CHECK(slot.play(registry.image(), "true").state == MatchState::finished);
}

TEST_CASE("a registry that is slow but goes on is waited for, longer than it may say nothing") {
  RegistryLine registry;
  DockerOptions options = registry.options();
  options.pull_stall_timeout = std::chrono::seconds(3);
  const OneSlot slot(options);
  registry.line.slow("/blobs/", milliseconds(10));  // 24 MB: over three and a half seconds
  const auto began = Context::Clock::now();
  const Match match = slot.play(registry.image(), "true");
  CHECK(registry.line.has_struck());
  CHECK(Context::Clock::now() - began > options.pull_stall_timeout);  // else it shows nothing
  INFO((match.outcome ? match.outcome->reason : ""));
  CHECK(match.state == MatchState::finished);
}
