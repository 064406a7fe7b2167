// SPDX-License-Identifier: Apache-2.0
// Streams of matches whose runner dies: whoever takes the match up sends them from the start, under its own epoch.
#include "base/wakeup.hpp"
#include "catch.hpp"
#include "dying_ground.hpp"
#include "file_bytes.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Keeps nothing before it is told to go on.
class StuckSink : public ArtifactSink {
 public:
  std::atomic<bool> stuck{false};
  std::atomic<bool> goes_on{false};

  ArtifactSinkCapabilities capabilities() const override { return inner_->capabilities(); }
  Result<std::unique_ptr<ArtifactWriter>> open(const ArtifactKey& key, const std::string& token,
                                               const Context& context) override {
    stuck = true;
    while (!goes_on) [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
    return inner_->open(key, token, context);
  }
  Result<std::string> read(const std::string& uri, std::uint64_t offset, std::size_t size,
                           const Context& context) override {
    return inner_->read(uri, offset, size, context);
  }
  Result<void> remove(const std::string& uri, const Context& context) override { return inner_->remove(uri, context); }
  Result<std::string> link(const std::string& uri, milliseconds valid_for, const Context& context) override {
    return inner_->link(uri, valid_for, context);
  }

 private:
  const std::shared_ptr<ArtifactSink> inner_ = make_memory_artifacts();
};

Event streamed(Runner& runner) {
  auto events = runner.events({"m1", 0, false}).value();
  while (auto event = events->next(patience()).value())
    if (event->type == "streamed") return *event;
  throw std::runtime_error("nothing was streamed");
}

}  // namespace

TEST_CASE("a match that runs again is streamed again") {
  DyingGround ground;
  const TemporaryFolder copies;
  RunnerOptions doomed_options = ground.doomed();
  RunnerOptions heir_options = ground.heir();
  doomed_options.streams = heir_options.streams = {{"logs/*.stderr", "file://" + copies.path()}};
  const auto doomed = Runner::open(doomed_options).value();
  MatchRequest request = solo({"print_error one", "hang"});
  request.id = "m1";
  REQUIRE(doomed->submit_match(request));
  until(*doomed, "m1", MatchState::running);
  const std::uint64_t old_epoch = doomed->get_match("m1").value().epoch;
  ground.kill();

  const auto heir = Runner::open(heir_options).value();
  until(*heir, "m1", MatchState::running);
  while (heir->get_match("m1").value().attempt < 2)
    [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
  until(*heir, "m1", MatchState::running);
  REQUIRE(heir->stop_match("m1", "seen enough"));
  const Event told = streamed(*heir);
  CHECK(told.epoch > old_epoch);
  CHECK(read_bytes(copies / ("m1/" + std::to_string(told.epoch) + "/logs/program.stderr")) == "one\n");
}

TEST_CASE("a match that is collected again is streamed from the start") {
  DyingGround ground;
  const TemporaryFolder copies;
  const auto sink = std::make_shared<StuckSink>();
  RunnerOptions doomed_options = ground.doomed();
  doomed_options.artifacts = sink;
  const auto doomed = Runner::open(doomed_options).value();
  MatchRequest request = solo({"print_error one"});
  request.id = "m1";
  REQUIRE(doomed->submit_match(request));
  while (!sink->stuck) [[maybe_unused]] const auto waited = wait_for({}, Context::within(milliseconds(5)));
  CHECK(doomed->get_match("m1").value().state == MatchState::collecting);
  ground.kill();

  RunnerOptions heir_options = ground.heir();
  heir_options.streams = {{"logs/*.stderr", "file://" + copies.path()}};
  const auto heir = Runner::open(heir_options).value();
  const Event told = streamed(*heir);
  CHECK(read_bytes(copies / ("m1/" + std::to_string(told.epoch) + "/logs/program.stderr")) == "one\n");
  CHECK(heir->wait_match("m1", patience()).value().state == MatchState::finished);
  sink->goes_on = true;
}
