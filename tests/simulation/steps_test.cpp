// SPDX-License-Identifier: Apache-2.0
// Single steps of virtual runners: what schedules found, each in the fewest steps that show it.
#include "catch.hpp"
#include "runtime/scripted.hpp"
#include "simulation/virtual_runner.hpp"

using namespace matchrunner;
using namespace matchrunner::simulation;

namespace {

struct Stage {
  World world{1};
  TemporaryFolder folder;
  VirtualRunner runner{world, "h", "h.1", folder.path(), 2};

  explicit Stage(std::uint32_t slots) {
    world.calm = true;
    REQUIRE(runner.state.pool.ensure(slots, slots, {}));
  }
  void submit(const std::string& id) {
    MatchRequest request = test::solo({});
    request.id = id;
    REQUIRE(runner.state.ledger.submit(request, {}));
  }
  Match match(const std::string& id) { return runner.state.ledger.get(id, {}).value().match; }
};

}  // namespace

TEST_CASE("a lease that has lapsed does not keep the keeper from renewing the others") {
  Stage stage(2);
  VirtualRunner& runner = stage.runner;
  stage.submit("old");
  stage.submit("young");
  REQUIRE(runner.workers[0]->take());
  stage.world.pass(lease - milliseconds(1));
  REQUIRE(runner.workers[1]->take());
  stage.world.pass(milliseconds(2));  // now only the second lease is alive
  CHECK(runner.keeper.renew());
  CHECK(runner.state.leases.find({"match", "young"})->deadline() == stage.world.now() + usable(lease));
  CHECK(runner.state.leases.find({"match", "old"})->deadline() < stage.world.now());
  CHECK(stage.world.alive().size() == 1);
  // Nobody took it meanwhile: it goes back, and this run of it does not count.
  CHECK_FALSE(runner.workers[0]->look());
  CHECK(stage.match("old").state == MatchState::queued);
  CHECK(stage.match("old").attempt == 0);
}

TEST_CASE("a step that the store refuses for as long as the lease lasts costs an attempt, not the match") {
  Stage stage(1);
  stage.submit("m");
  stage.runner.line->outage = 1000;
  CHECK_FALSE(stage.runner.workers[0]->take());
  stage.runner.line->outage = 0;
  int commits = 0;
  stage.runner.line->meanwhile = [&] {
    if (++commits == 2) stage.runner.line->outage = 1000;  // right after the claim
  };
  CHECK(stage.runner.workers[0]->take());
  CHECK_FALSE(stage.runner.workers[0]->look());
  stage.runner.line->outage = 0;
  stage.world.pass(lease);
  stage.runner.keeper.take_up_lapsed();
  CHECK(stage.match("m").state == MatchState::queued);
  CHECK(stage.match("m").attempt == 1);
}
