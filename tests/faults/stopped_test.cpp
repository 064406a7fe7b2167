// SPDX-License-Identifier: Apache-2.0
// A runner stopped past its lease: its launcher ends the match, another runner plays it with a higher epoch, and the
// stopped one does no harm when it goes on.
#include "base/digest.hpp"
#include "base/wakeup.hpp"
#include "catch.hpp"
#include "faults/fleet.hpp"
#include "faults/places.hpp"
#include "faults/process_scan.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/runner.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

constexpr milliseconds patience = std::chrono::minutes(1);
constexpr int forever_ms = 600'000;
constexpr int moment_ms = 10;

FleetPlan plan_in(const std::string& folder) {
  FleetPlan plan;
  plan.folder = folder;
  plan.store_url = "sqlite:///" + folder + "/store.db";
  plan.artifacts_url = "file://" + folder + "/artifacts";
  plan.slots = 1;
  plan.lease = milliseconds(1000);
  return plan;
}

std::unique_ptr<Runner> open_desk(const FleetPlan& plan) {
  RunnerOptions desk;
  desk.store = open_state_store(plan.store_url).value();
  desk.artifacts = open_artifact_sink(plan.artifacts_url).value();
  desk.workers = 0;
  return Runner::open(desk).value();
}

// Blocks until a game has told that it plays.
GameReport next_report(Places& places) {
  pollfd readable{places.fd(), POLLIN, 0};
  REQUIRE(wait_for({&readable, 1}, Context::within(patience)).value());
  const auto reports = places.take_reports();
  REQUIRE(reports.size() == 1);
  return reports.front();
}

std::vector<Event> events_of(Runner& desk, const std::string& id) {
  const auto stream = desk.events({id, 0, false}).value();
  std::vector<Event> events;
  while (auto event = stream->next(Context::within(milliseconds(0))).value()) events.push_back(*std::move(event));
  return events;
}

// A lock on the database that its owner, being stopped, does not give back is SQLite's business, and holds up everyone.
// Asked for a part of a lease only: the owner is to go on with its own if it has the lock.
bool is_free(StateStore& store) {
  Batch refused;
  Record& record = refused.writes.emplace_back().record;
  record.kind = "match";
  record.id = "of-nobody";
  record.version = 1;
  return store.commit(refused, Context::within(milliseconds(200))).error().code == ErrorCode::conflict;
}

void stop_between_commits(FleetRunner& runner, StateStore& store) {
  for (const Context context = Context::within(patience);; runner.wake()) {
    runner.stop();
    REQUIRE(runner.stopped());
    if (is_free(store)) return;
    REQUIRE(context.check());
  }
}

}  // namespace

TEST_CASE("a runner stopped past its lease loses its match to another, and can go on with the next") {
  const TemporaryFolder folder;
  const FleetPlan plan = plan_in(folder.path());
  Places places(folder / "places", plan.slots);
  const auto desk = open_desk(plan);
  const auto store = open_state_store(plan.store_url).value();
  const std::string id = "stopped-" + random_hex(4);
  const std::string next_id = id + "-next";
  desk->submit_match(places.request(id, forever_ms)).value();

  FleetRunner first(plan, 0);
  CHECK(next_report(places).place == 0);
  const std::uint64_t first_epoch = desk->get_match(id).value().epoch;
  CHECK(desk->get_match(id).value().holder == first.name());
  FleetRunner second(plan, 1);
  REQUIRE(second.works(patience));

  std::vector<Process> processes;
  for (const auto& [pid, match] : processes_of_matches(id)) processes.emplace_back(pid);
  CHECK(processes.size() == 2);  // the game, and what it left behind
  stop_between_commits(first, *store);

  // The game would go on for ever, and its runner cannot end it.
  for (const Process& process : processes) CHECK(process.gone(static_cast<int>(patience.count())));
  places.set_length(id, moment_ms);
  const GameReport again = next_report(places);
  CHECK(again.place == 0);  // there is one only: the first run was gone
  CHECK(again.alone);
  const Match finished = desk->wait_match(id, Context::within(patience)).value();
  CHECK(finished.state == MatchState::finished);
  CHECK(finished.epoch > first_epoch);
  CHECK(finished.attempt == 2);
  const auto before = events_of(*desk, id);

  second.kill();
  first.wake();
  desk->submit_match(places.request(next_id, moment_ms)).value();
  CHECK(desk->wait_match(next_id, Context::within(patience)).value().state == MatchState::finished);
  CHECK(first.ended_by_itself().empty());
  CHECK(desk->get_match(id).value() == finished);
  const auto after = events_of(*desk, id);
  CHECK(std::equal(before.begin(), before.end(), after.begin(), after.end(),
                   [](const Event& one, const Event& other) { return one.sequence == other.sequence; }));
  CHECK(std::count_if(after.begin(), after.end(), [](const Event& event) { return event.type == "ended"; }) == 1);
}
