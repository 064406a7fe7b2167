// SPDX-License-Identifier: Apache-2.0
// A disk that is full under the store or under what keeps artifacts: it is told of, and nothing is lost.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "catch.hpp"
#include "matchrunner/open.hpp"
#include "runtime/scripted.hpp"
#include "small_disk.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

PartHealth part_of(Runner& runner, const std::string& name) {
  const auto parts = runner.health().value().parts;
  const auto found = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.name == name; });
  REQUIRE(found != parts.end());
  return *found;
}

void until_outcome(Runner& runner, const std::string& id) {
  REQUIRE(runner.wait_match(id, patience(), WaitFor::outcome).value().state == MatchState::finished);
}

}  // namespace

TEST_CASE("a store that can be read but not written to fails, until it is written to again") {
  if (::geteuid() != 0) return;  // only root may mount
  Ground ground;
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path(), "2m");
  ground.store = open_state_store("sqlite:///" + (folder / "matches.db")).value();
  const auto runner = Runner::open(ground.watching()).value();
  const std::string ballast = folder / "ballast";
  fill_disk(ballast, 512 << 10);
  MatchRequest request = solo({"output replay=xyz"});
  request.labels["filler"] = std::string(200, 'x');
  while (runner->submit_match(request)) {
  }
  CHECK(part_of(*runner, "store").failures > 0);
  CHECK(part_of(*runner, "store").last_error.find("full") != std::string::npos);
  CHECK(runner->list_matches({}));
  CHECK(part_of(*runner, "store").failures > 0);  // though it is read all the time
  std::filesystem::remove(ballast);
  REQUIRE(runner->submit_match(request));
  while (part_of(*runner, "store").failures > 0) std::this_thread::yield();  // until it is read once more
}

TEST_CASE("matches whose artifacts have no room end all the same, and are stored once there is") {
  if (::geteuid() != 0) return;
  Ground ground;
  const TemporaryFolder folder;
  const SmallDisk disk(folder.path(), "1m");
  ground.artifacts = open_artifact_sink("file://" + (folder / "artifacts")).value();
  const auto runner = Runner::open(ground.options()).value();
  const std::string ballast = folder / "ballast";
  fill_disk(ballast);
  const MatchRequest request = solo({"output replay=" + std::string(64 << 10, 'x')});
  const std::string first = runner->submit_match(request).value().id;
  const std::string second = runner->submit_match(request).value().id;
  until_outcome(*runner, first);
  until_outcome(*runner, second);
  CHECK(runner->get_match(first).value().store_error.find("No space left") != std::string::npos);
  CHECK(part_of(*runner, "artifacts").last_error.find("No space left") != std::string::npos);
  std::filesystem::remove(ballast);
  for (const std::string& id : {first, second}) {
    const Match match = runner->wait_match(id, patience()).value();
    CHECK(match.stored_at.has_value());
    for (const Artifact& artifact : match.artifacts) CHECK_FALSE(artifact.uri.empty());
  }
  CHECK(part_of(*runner, "artifacts").failures == 0);
}
