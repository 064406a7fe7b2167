// SPDX-License-Identifier: Apache-2.0
// Images, and the registry they come from.
#include <stop_token>
#include <thread>

#include "adapters/docker/engine.hpp"
#include "docker/docker_match.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

std::string in_registry(const std::string& rest = "/test/busybox:1") { return shared_docker().registry() + rest; }

// The engine has none of that name any more.
void forget(const std::string& image) {
  const Context context = Context::within(std::chrono::minutes(1));
  auto engine = docker::Engine::connect(docker::read_address(docker_options()).value(), context).value();
  [[maybe_unused]] const auto removed =
      engine.call(engine.request("DELETE", "/images/" + docker::escaped(image)), "", context);
}

Result<void> prepare(const DockerOptions& options, const std::string& image) {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = image;
  return open_executor(options)->prepare(plan, Context::within(std::chrono::minutes(1)));
}

}  // namespace

TEST_CASE("an image that is missing is pulled, with a login") {
  forget(in_registry());
  DockerOptions options = with_login();
  options.pull = DockerPull::never;
  CHECK(prepare(options, in_registry()).error().code == ErrorCode::not_found);
  options.pull = DockerPull::missing;
  const auto pulled = prepare(options, in_registry());
  INFO((pulled ? "" : pulled.error().describe()));
  REQUIRE(pulled);
  options.pull = DockerPull::never;
  CHECK(prepare(options, in_registry()));
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = in_registry();
  CHECK(play(*open_executor(options), plan).seat.verdict == Verdict::ok);
}

TEST_CASE("an image whose name says no registry comes from the default one, which has to be allowed") {
  forget(in_registry());
  DockerOptions options = with_login();
  options.default_registry = shared_docker().registry();
  options.images = {shared_docker().registry() + "/test/*"};
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = "test/busybox:1";
  CHECK(play(*open_executor(options), plan).seat.verdict == Verdict::ok);
  options.images = {"test/*"};
  CHECK(prepare(options, "test/busybox:1").error().code == ErrorCode::permission_denied);
}

TEST_CASE("a registry that refuses is an error that says so") {
  forget(in_registry());
  SECTION("no login") { CHECK(prepare(docker_options(), in_registry()).error().code == ErrorCode::permission_denied); }
  SECTION("a wrong password") {
    const auto refused = prepare(with_login("guess"), in_registry());
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::permission_denied);
    CHECK(refused.error().message.find("seat main: image " + in_registry()) == 0);
    CHECK(refused.error().message.find("guess") == std::string::npos);
  }
  SECTION("no such tag") {
    CHECK(prepare(with_login(), in_registry("/test/busybox:2")).error().code == ErrorCode::not_found);
  }
}

TEST_CASE("a pull tells how far it is") {
  forget(in_registry("/test/large:1"));
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = in_registry("/test/large:1");
  std::vector<PrepareProgress> told;
  plan.tell = [&](const PrepareProgress& progress) { told.push_back(progress); };
  const auto prepared = open_executor(with_login())->prepare(plan, Context::within(std::chrono::minutes(1)));
  INFO((prepared ? "" : prepared.error().describe()));
  REQUIRE(prepared);
  REQUIRE(!told.empty());
  CHECK(told[0].seat == "main");
  CHECK(told[0].what == in_registry("/test/large:1"));
  std::uint64_t most = 0;
  for (const PrepareProgress& progress : told) {
    CHECK(progress.bytes >= most);
    CHECK(progress.bytes <= progress.total_bytes);
    most = progress.bytes;
  }
  CHECK(most > 20'000'000);
}

TEST_CASE("a pull that gets no answer can be stopped") {
  forget(in_registry());
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "true");
  plan.game.seats[0].image = in_registry();
  const auto executor = open_executor(with_login());
  shared_docker().order("registry-pause");
  std::stop_source stop;
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(200));
    stop.request_stop();
  });
  const auto prepared = executor->prepare(plan, {Context::Clock::now() + std::chrono::minutes(1), stop.get_token()});
  shared_docker().order("registry-resume");
  REQUIRE(!prepared);
  CHECK(prepared.error().code == ErrorCode::cancelled);
  CHECK(executor->prepare(plan, Context::within(std::chrono::minutes(1))));
}

TEST_CASE("a registry that is away is unavailable; what the engine has runs all the same") {
  REQUIRE(prepare(with_login(), in_registry()));
  shared_docker().order("registry-stop");
  const auto here = prepare(with_login(), in_registry());
  DockerOptions always = with_login();
  always.pull = DockerPull::always;
  const auto refused = prepare(always, in_registry());
  shared_docker().order("registry-start");
  CHECK(here);
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::unavailable);
  CHECK(prepare(always, in_registry()));
}

TEST_CASE("a program that the image does not have cannot be started") {
  const TemporaryFolder folder;
  MatchPlan plan = shell_plan(folder, "no-such-program");
  const Played played = play(*open_executor(), plan);
  CHECK(played.seat.verdict == Verdict::exited);
  CHECK(played.seat.exit_code == 127);
}
