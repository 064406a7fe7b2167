// SPDX-License-Identifier: Apache-2.0
// What a service forgets of matches that ended, what it keeps, and what it says when something does not go.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "base/clocks.hpp"
#include "runtime/moody_artifacts.hpp"
#include "service/operator.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

constexpr double an_instant = 1e-6;  // days: 86 ms
constexpr milliseconds past_a_look{1500};

struct Archive : Operator {
  TemporaryFolder kept;

  ServiceConfig keeping(double days) const {
    ServiceConfig config = Operator::config();
    config.artifacts = "file://" + kept.path();
    config.sinks.clear();
    config.keep_days = days;
    return config;
  }

  // Its artifacts go into `sink`.
  ServiceConfig keeping_in(const std::shared_ptr<ArtifactSink>& sink, double days) const {
    add_artifact_sink({"", scheme, scheme + "://"}, [sink](const std::string&) { return Result(sink); }).value();
    ServiceConfig config = keeping(days);
    config.artifacts = scheme + "://";
    return config;
  }
};

bool is_known(Service& service, const std::string& match) {
  return service.runner().find_match(match).value().has_value();
}

template <class Condition>
void until_so(Condition holds) {
  const Context patient = patience();
  while (!holds()) {
    REQUIRE(patient.check());
    let_pass(milliseconds(5), patient);
  }
}

}  // namespace

TEST_CASE("a service forgets what ended long ago, with all that it left, as soon as it is told to") {
  Archive place;
  const auto service = Service::open(place.keeping(0)).value();
  Runner& runner = service->runner();
  played(runner, named(solo({"output a=1"}), "old"));
  runner.submit_match(named(solo({"hang"}), "runs")).value();
  until(runner, "runs", MatchState::running);
  let_pass(past_a_look, {});
  REQUIRE(is_known(*service, "old"));  // for ever, unless it is told otherwise
  REQUIRE(std::filesystem::exists(place.kept / "old"));

  CHECK(service->reload(place.keeping(an_instant)).value().empty());
  const LogLine told = line_with(*service, "ended before");
  CHECK(told.level == LogLevel::info);
  CHECK(told.message.starts_with("1 match that ended before 2"));
  CHECK(told.message.ends_with("Z is removed"));
  CHECK_FALSE(is_known(*service, "old"));
  CHECK_FALSE(std::filesystem::exists(place.kept / "old"));
  until_so([&] { return event_types(runner, "old") == std::vector<std::string>{"prune"}; });
  CHECK(runner.get_match("runs").value().state == MatchState::running);
  CHECK(event_types(runner, "runs").front() == "submit");

  CHECK(service->reload(place.keeping(0)).value().empty());
  played(runner, named(solo({"output a=1"}), "later"));
  let_pass(past_a_look, {});
  CHECK(is_known(*service, "later"));
  service->close(milliseconds(0)).value();
}

TEST_CASE("a service looks at once for what others left long ago, and keeps what is young") {
  Archive place;
  const auto before = Service::open(place.keeping(30)).value();
  for (const char* const id : {"m1", "m2"}) played(before->runner(), named(solo({"output a=1"}), id));
  let_pass(past_a_look, {});
  CHECK(is_known(*before, "m1"));
  before->close(milliseconds(0)).value();
  const auto service = Service::open(place.keeping(an_instant)).value();
  CHECK(line_with(*service, "ended before").message.starts_with("2 matches that ended before 2"));
  CHECK_FALSE(is_known(*service, "m1"));
  CHECK_FALSE(is_known(*service, "m2"));
}

TEST_CASE("what does not go is told once, and tried again; the rest goes meanwhile") {
  Archive place;
  std::atomic<bool> refuses = true;
  std::atomic<int> refused = 0;
  const auto sink = std::make_shared<MoodyArtifacts>();
  sink->before_removal = [&](const std::string& uri, const Context&) {
    if (!refuses || !is_of(uri, "stays")) return Result<void>();
    ++refused;
    return Result<void>(Error{ErrorCode::permission_denied, "not yours"});
  };
  const auto service = Service::open(place.keeping_in(sink, an_instant)).value();
  Runner& runner = service->runner();
  runner.submit_match(named(solo({"output a=1"}), "stays")).value();
  const LogLine told = line_with(*service, "ended before");
  CHECK(told.level == LogLevel::warning);
  CHECK(told.message.ends_with("is not all removed: 0 removed, 1 left: not yours"));
  runner.submit_match(named(solo({"output a=1"}), "goes")).value();
  CHECK(line_with(*service, "ended before").level == LogLevel::info);
  CHECK_FALSE(is_known(*service, "goes"));
  const int so_far = refused;
  until_so([&] { return refused > so_far + 1; });
  CHECK(is_known(*service, "stays"));
  refuses = false;
  CHECK(line_with(*service, "ended before").level == LogLevel::info);
  CHECK_FALSE(is_known(*service, "stays"));

  refuses = true;  // which is another time
  runner.submit_match(named(solo({"output a=1"}), "stays")).value();
  CHECK(line_with(*service, "ended before").level == LogLevel::warning);
}

TEST_CASE("a service ends in the middle of forgetting, and another goes on") {
  Archive place;
  std::atomic<bool> under_way = false;
  std::atomic<bool> waits = true;
  const auto sink = std::make_shared<MoodyArtifacts>();
  sink->before_removal = [&](const std::string&, const Context& context) {
    under_way = true;
    if (waits) let_pass(std::chrono::hours(1), Context{Context::Clock::time_point::max(), context.stop});
    return Result<void>();
  };
  const ServiceConfig config = place.keeping_in(sink, an_instant);
  const auto service = Service::open(config).value();
  service->runner().submit_match(named(solo({"output a=1"}), "m1")).value();
  until_so([&] { return under_way.load(); });
  SECTION("as it is told to") { service->close(milliseconds(0)).value(); }
  SECTION("as forgetting is switched off") {
    ServiceConfig kept = config;
    kept.keep_days = 0;
    service->reload(kept).value();
  }
  CHECK(place.store->find({"match", "m1"}, patience()).value().has_value());
  waits = false;
  const auto next = Service::open(config).value();
  line_with(*next, "1 match that ended before");
  CHECK_FALSE(is_known(*next, "m1"));
}

TEST_CASE("a forked child can drop a service that forgets") {
  Archive place;
  auto service = Service::open(place.keeping(an_instant)).value();
  const pid_t child = ::fork();
  if (child == 0) {
    service.reset();
    ::_exit(0);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
