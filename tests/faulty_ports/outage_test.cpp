// SPDX-License-Identifier: Apache-2.0
// Sinks that are down for a while: order is kept, nothing piles up in memory, they are not pestered, and what waits can
// be seen, and why.
#include <algorithm>
#include <set>

#include "base/backoff.hpp"
#include "base/clocks.hpp"
#include "catch.hpp"
#include "faulty_ports/faulty_artifacts.hpp"
#include "faulty_ports/faulty_events.hpp"
#include "matchrunner/json.hpp"
#include "runtime/scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Blocks until `holds` does.
template <class Holds>
void until_so(const std::string& what, Holds holds) {
  const Context deadline = patience();
  while (!holds()) {
    INFO(what);
    REQUIRE(deadline.check());
    let_pass(milliseconds(5), deadline);
  }
}

OutboxStatus status_of(Runner& runner) { return runner.outbox().value().at(0); }

}  // namespace

TEST_CASE("a sink that is down is not asked at every event, and gets all of them in order when it is back") {
  const Ground ground;
  const auto sink = std::make_shared<FaultyEvents>();
  RunnerOptions options = ground.options(2);
  options.sinks = {{"site", sink}};
  const auto runner = Runner::open(options).value();
  sink->down = true;
  for (int i = 0; i < 1500; ++i) REQUIRE(runner->submit_match(solo({"exit 0"})));
  until_so("two tries", [&] { return status_of(*runner).failures > 1; });
  const OutboxStatus failing = status_of(*runner);
  CHECK(failing.last_error.find("the wire is cut") != std::string::npos);
  REQUIRE((failing.failing_since && failing.next_attempt_at));
  CHECK(*failing.failing_since < *failing.next_attempt_at);
  CHECK(sink->calls < 100);  // of 1500 events and more that came meanwhile
  const std::string json = to_json(failing);
  CHECK(json.find(R"("failing_since":")") != std::string::npos);

  sink->down = false;
  until_so("the backlog is gone", [&] { return status_of(*runner).waiting == 0; });
  CHECK(sink->longest <= 512);  // one page at a time, however long it was down
  std::uint64_t last = 0;
  for (const Event& event : sink->taken()) {
    // Some come again where the machine is so slow that the outbox lost its place to itself.
    if (event.sequence > last + 1) FAIL_CHECK("after event " << last << " came " << event.sequence);
    last = std::max(last, event.sequence);
  }
  const OutboxStatus well = status_of(*runner);
  CHECK(well.last_error.empty());
  CHECK(well.failures == 0);
  CHECK_FALSE(well.failing_since);
  CHECK_FALSE(well.next_attempt_at);
}

TEST_CASE("artifacts that wait for their sink can be seen, and why") {
  Ground ground;
  const auto script = std::make_shared<CallScript>("open", 1, Mishap::fails);
  ground.artifacts = std::make_shared<FaultyArtifacts>(ground.artifacts, script);
  const auto runner = Runner::open(ground.options()).value();
  const std::string id = runner->submit_match(solo({"output replay=xyz"})).value().id;
  const Match ended = runner->wait_match(id, patience(), WaitFor::outcome).value();
  CHECK_FALSE(ended.store_error.empty());
  for (const WaitingArtifacts& waiting : runner->waiting_artifacts().value()) {  // unless it was quicker than we are
    CHECK(waiting.match == id);
    CHECK(waiting.waiting == 3);
    CHECK(waiting.last_error.find("as the script asked") != std::string::npos);
    REQUIRE((waiting.since && waiting.next_attempt_at));
    CHECK(*waiting.since < *waiting.next_attempt_at);
    CHECK(waiting.host == ended.spool_host);
    CHECK(to_json(waiting).find(R"("match":")" + id) != std::string::npos);
  }
  CHECK(runner->wait_match(id, patience()).value().store_error.empty());
  CHECK(runner->waiting_artifacts().value().empty());
}

TEST_CASE("waits grow with the failures, are bounded, and differ by chance") {
  const Backoff backoff{milliseconds(100), milliseconds(5000)};
  for (const auto& [failures, most] : {std::pair{1, 100}, {2, 200}, {3, 400}, {6, 3200}, {7, 5000}, {1000, 5000}}) {
    std::set<milliseconds> seen;
    for (int i = 0; i < 100; ++i) {
      const milliseconds wait = wait_after(failures, backoff);
      CHECK((wait >= milliseconds(most / 2) && wait <= milliseconds(most)));
      seen.insert(wait);
    }
    CHECK(seen.size() > 10);
  }
  for (const auto& [so_far, most] : {std::pair{-5, 100}, {0, 100}, {1000, 500}, {1'000'000, 5000}}) {
    const milliseconds wait = wait_again(milliseconds(so_far), backoff);
    CHECK((wait >= milliseconds(most / 2) && wait <= milliseconds(most)));
  }
  CHECK(jittered(milliseconds(0)) == milliseconds(0));
}
