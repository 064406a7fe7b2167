// SPDX-License-Identifier: Apache-2.0
// Links to artifacts, as a web page asks the runner for them.
#include "catch.hpp"
#include "moody_artifacts.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

const char* const played_out = R"(result {"scores": {"program": 1}})";

Result<std::string> shown(const std::string& uri, milliseconds valid_for) {
  return "https://shows/" + uri + "?" + std::to_string(valid_for.count());
}

}  // namespace

TEST_CASE("a stored artifact has a link, by the sink that has it") {
  const Ground ground;
  const auto artifacts = std::make_shared<MoodyArtifacts>();
  artifacts->links = shown;
  RunnerOptions options = ground.options();
  options.artifacts = artifacts;
  const auto runner = Runner::open(options).value();
  const Match match = played(*runner, solo({"output a=1", played_out}));
  for (const Artifact& artifact : match.artifacts)
    CHECK(runner->link_artifact(match.id, artifact.name, milliseconds(90)).value() ==
          shown(artifact.uri, milliseconds(90)).value());
  CHECK_FALSE(match.artifacts.empty());

  CHECK(runner->link_artifact("nobody", "output/a", milliseconds(1)).error().code == ErrorCode::not_found);
  const auto nothing = runner->link_artifact(match.id, "output/b", milliseconds(1));
  CHECK(nothing.error().message == "match " + match.id + " has no artifact named \"output/b\"");
  for (const milliseconds never : {milliseconds(0), milliseconds(-1)})
    CHECK(runner->link_artifact(match.id, "output/a", never).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("what is not stored has no link yet, and what is in another sink none here") {
  const Ground ground;
  const auto artifacts = std::make_shared<MoodyArtifacts>();
  RunnerOptions options = ground.options();
  options.artifacts = artifacts;
  const auto runner = Runner::open(options).value();
  const Match running = runner->submit_match(solo({"hang"})).value();
  const auto early = runner->link_artifact(running.id, "logs/program.stdout", milliseconds(1));
  CHECK(early.error().code == ErrorCode::conflict);
  CHECK(early.error().message == "logs/program.stdout of match " + running.id + " is not stored yet");
  CHECK(runner->stop_match(running.id, "enough"));

  const Match match = played(*runner, solo({"output a=1", played_out}));
  CHECK(runner->link_artifact(match.id, "output/a", milliseconds(1)).error().code == ErrorCode::unsupported);
  options = ground.watching();
  const auto others = std::make_shared<MoodyArtifacts>();
  others->links = [](const std::string& uri, milliseconds) -> Result<std::string> {
    return Error{ErrorCode::not_found, "no " + uri};
  };
  options.artifacts = others;
  const auto elsewhere = Runner::open(options).value()->link_artifact(match.id, "output/a", milliseconds(1));
  CHECK(elsewhere.error().code == ErrorCode::not_found);
  CHECK(elsewhere.error().message.find("where the artifact sink finds nothing") != std::string::npos);
  options.artifacts = nullptr;
  CHECK(Runner::open(options).value()->link_artifact(match.id, "output/a", milliseconds(1)).error().code ==
        ErrorCode::unsupported);
}
