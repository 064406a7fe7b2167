// SPDX-License-Identifier: Apache-2.0
// The outbox: what sinks get, in what order, and what happens when they refuse or change hands.
#include <algorithm>
#include <atomic>
#include <map>

#include "base/mutex.hpp"
#include "base/wakeup.hpp"
#include "catch.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Takes at most two events a call and refuses the first calls, or all while `down`.
class MoodySink : public EventSink {
 public:
  std::atomic<bool> down{false};

  EventSinkCapabilities capabilities() const override { return {}; }
  Result<std::size_t> publish(std::span<const Event> events, const Context&) override {
    if (down) return Error{ErrorCode::unavailable, "the wire is cut", "moody sink"};
    const Lock lock(mutex_);
    const std::size_t count = std::min<std::size_t>(events.size(), 2);
    taken_.insert(taken_.end(), events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
  std::vector<Event> taken() const {
    const Lock lock(mutex_);
    return taken_;
  }

 private:
  mutable Mutex mutex_;
  std::vector<Event> taken_ MATCHRUNNER_GUARDED_BY(mutex_);
};

std::vector<Event> journal(Runner& runner) {
  auto events = runner.events({}).value();
  std::vector<Event> all;
  while (auto event = events->next(Context::within(milliseconds(0))).value()) all.push_back(*std::move(event));
  return all;
}

void until_published(Runner& runner, const std::string& sink) {
  const auto deadline = patience();
  while (deadline.check()) {
    for (const OutboxStatus& status : runner.outbox().value())
      if (status.sink == sink && status.waiting == 0) return;
    REQUIRE(wait_for({}, Context::within(milliseconds(5))));  // leaves the store to the outbox
  }
  FAIL("sink " << sink << " never caught up");
}

}  // namespace

TEST_CASE("every event reaches every sink once, in order, also those from before") {
  const Ground ground;
  const auto memory = make_memory_events();
  const auto moody = std::make_shared<MoodySink>();
  {
    const auto runner = Runner::open(ground.options()).value();
    played(*runner, duel({white_wins}));
  }
  RunnerOptions options = ground.options();
  options.sinks = {{"memory", memory}, {"moody", moody}};
  const auto runner = Runner::open(options).value();
  played(*runner, duel({white_wins}));
  until_published(*runner, "memory");
  until_published(*runner, "moody");
  CHECK(memory->received() == journal(*runner));
  CHECK(moody->taken() == journal(*runner));
}

TEST_CASE("a sink that is down shows why events wait, and gets them when it is back") {
  const Ground ground;
  const auto moody = std::make_shared<MoodySink>();
  moody->down = true;
  RunnerOptions options = ground.options();
  options.sinks = {{"moody", moody}};
  const auto runner = Runner::open(options).value();
  played(*runner, solo({"exit 0"}));
  const auto deadline = patience();
  std::vector<OutboxStatus> status;
  while (deadline.check() && (status.empty() || status[0].last_error.empty())) status = runner->outbox().value();
  REQUIRE(status.size() == 1);
  CHECK(status[0].last_error.find("the wire is cut") != std::string::npos);
  CHECK(status[0].waiting > 0);
  CHECK(runner->prune(Time::max()).value().removed == 1);
  CHECK_FALSE(journal(*runner).empty());  // what the sink has not seen is kept
  moody->down = false;
  until_published(*runner, "moody");
  CHECK(moody->taken() == journal(*runner));
  CHECK(runner->remove_sink("moody").error().code == ErrorCode::conflict);
}

TEST_CASE("of two runners one publishes, and the other goes on when it closes") {
  const Ground ground;
  const auto sink = std::make_shared<MoodySink>();
  RunnerOptions options = ground.options();
  options.sinks = {{"shared", sink}};
  options.lease = milliseconds(600);
  auto first = Runner::open(options).value();
  const auto second = Runner::open(options).value();
  played(*first, solo({"exit 0"}));
  until_published(*second, "shared");
  REQUIRE(first->close(milliseconds(0)));
  played(*second, solo({"exit 0"}));
  until_published(*second, "shared");
  std::map<std::uint64_t, int> times;
  std::uint64_t last = 0;
  for (const Event& event : sink->taken()) {
    ++times[event.sequence];
    CHECK(event.sequence > last);
    last = event.sequence;
  }
  CHECK(times.size() == journal(*second).size());
}

TEST_CASE("a sink that is no longer used can be removed, which frees the journal") {
  const Ground ground;
  {
    RunnerOptions options = ground.options();
    const auto moody = std::make_shared<MoodySink>();
    options.sinks = {{"old", moody}};
    const auto runner = Runner::open(options).value();
    played(*runner, solo({"exit 0"}));
    until_published(*runner, "old");
  }
  const auto runner = Runner::open(ground.options()).value();
  played(*runner, solo({"exit 0"}));
  CHECK(runner->outbox().value().size() == 1);
  CHECK(runner->remove_sink("old").has_value());
  CHECK(runner->remove_sink("old").error().code == ErrorCode::not_found);
  CHECK(runner->outbox().value().empty());
}
