// SPDX-License-Identifier: Apache-2.0
// A runner that ends: what is queued goes back to where it came from.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/base64.hpp"
#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// A queue that several runners take their commands from.
class SharedQueue final : public CommandSource {
 public:
  explicit SharedQueue(std::shared_ptr<MemoryCommandSource> queue) : queue_(std::move(queue)) {}
  CommandSourceCapabilities capabilities() const override { return {.origin = "queue://shared"}; }
  Result<std::optional<Command>> poll(const Context& context) override { return queue_->poll(context); }
  Result<void> accept(const Command& command, const Context& context) override {
    return queue_->accept(command, context);
  }
  Result<void> reject(const Command& command, const std::string& why, const Context& context) override {
    return queue_->reject(command, why, context);
  }
  Result<void> give_back(const Command& command, const Context&) override {
    if (takes <= 0) return Error{ErrorCode::unavailable, "as the test asked"};
    --takes;
    queue_->send(command);
    if (given) given();
    return {};
  }
  std::atomic<int> takes = 1000;
  std::function<void()> given;  // called before the one who gave it back goes on

 private:
  const std::shared_ptr<MemoryCommandSource> queue_;
};

Command wanted(const std::string& id, const std::string& more = "") {
  Command command;
  command.reply_to = "asker";
  command.correlation_id = "c-" + id;
  command.body = R"({"command": "run", "data": {"id": ")" + id + R"(", "game": {"name": "solo", "wiring": "none",
      "seats": [{"name": "program", "custom": {}, "arguments": ["hang"]}]})" +
                 more + "}}";
  return command;
}

struct Two {
  Ground first, second;
  std::shared_ptr<MemoryCommandSource> queue = make_memory_commands();
  std::shared_ptr<SharedQueue> source = std::make_shared<SharedQueue>(queue);

  RunnerOptions returning(const Ground& ground) const {
    RunnerOptions options = ground.options();
    options.sources = {source};
    options.return_queued = true;
    return options;
  }

  // Plays nothing.
  RunnerOptions queueing(const Ground& ground) const {
    RunnerOptions options = returning(ground);
    options.workers = 0;
    return options;
  }

  // Asks for them, and waits until a runner of these options has them queued.
  std::unique_ptr<Runner> queued(const RunnerOptions& options, const std::vector<std::string>& ids) const {
    auto runner = Runner::open(options).value();
    for (const std::string& id : ids) queue->send(wanted(id));
    for (const std::string& id : ids) until(*runner, id, MatchState::queued);
    return runner;
  }
};

bool has(const std::vector<std::string>& types, const std::string& type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// The replies to whoever asked for the match, as the journal has them.
std::vector<Event> replies(Runner& runner, const std::string& id) {
  std::vector<Event> found;
  auto events = runner.events({id, 0, false}).value();
  while (auto event = events->next(Context::within(milliseconds(0))).value())
    if (event->body.find(R"("reply_to":"asker")") != std::string::npos) found.push_back(*event);
  return found;
}

}  // namespace

TEST_CASE("at its end a runner gives back what is queued, and another with a store of its own plays it") {
  const Two two;
  auto before = Runner::open(two.returning(two.first)).value();
  for (const char* const id : {"m1", "m2", "m3"}) two.queue->send(wanted(id));
  until(*before, "m1", MatchState::running);
  until(*before, "m3", MatchState::queued);
  const Match mine = before->submit_match(solo({"hang"})).value();
  REQUIRE(before->close(milliseconds(0)));

  const auto watcher = Runner::open(two.first.watching()).value();
  for (const char* const id : {"m1", "m2", "m3"}) {  // m1 was interrupted, and so was queued
    const Match match = watcher->get_match(id).value();
    CHECK(match.state == MatchState::returned);
    REQUIRE(match.outcome);
    CHECK(match.outcome->result == MatchResult::stopped);
    CHECK(match.outcome->fault == Fault::none);
    CHECK(has(event_types(*watcher, id), "return"));
    const auto told = replies(*watcher, id);
    REQUIRE(!told.empty());
    CHECK(told.back().body.find(R"("state":"returned")") != std::string::npos);
    CHECK(told.back().body.find("queue://shared") == std::string::npos);
  }
  CHECK(watcher->get_match(mine.id).value().state == MatchState::queued);  // no command asked for it

  RunnerOptions others = two.returning(two.second);
  others.slots = 3;
  const auto after = Runner::open(others).value();
  for (const char* const id : {"m1", "m2", "m3"}) until(*after, id, MatchState::running);
  const auto told = replies(*after, "m2");
  REQUIRE(!told.empty());
  CHECK(told.front().body.find(R"("correlation_id":"c-m2")") != std::string::npos);
}

TEST_CASE("what comes back to the same store is made anew, once") {
  const Two two;
  auto before = Runner::open(two.returning(two.first)).value();
  two.queue->send(wanted("m1"));
  until(*before, "m1", MatchState::running);
  const std::string unique_id = before->get_match("m1").value().unique_id;
  REQUIRE(before->close(milliseconds(0)));

  const auto after = Runner::open(two.returning(two.first)).value();
  until(*after, "m1", MatchState::running);
  const Match again = after->get_match("m1").value();
  CHECK(again.unique_id == unique_id);
  CHECK(again.attempt == 1);
  const auto types = event_types(*after, "m1");
  CHECK(std::count(types.begin(), types.end(), "submit") == 2);
  CHECK(std::count(types.begin(), types.end(), "return") == 1);

  const std::string left =
      two.first.spool.path() + "/m1." + unique_id + ".0123456789ab";  // by a runner that was killed
  std::filesystem::create_directory(left);
  const auto next = Runner::open(two.first.options()).value();
  const Context patient = patience();
  while (std::filesystem::exists(left) && patient.check()) std::this_thread::sleep_for(milliseconds(10));
  CHECK_FALSE(std::filesystem::exists(left));
  CHECK(std::filesystem::exists(again.spool_folder));
}

TEST_CASE("killed between the source's word and the store's, a match is in both, and is played once on this store") {
  const Two two;
  const auto dying = std::make_shared<FaultyStore>(two.first.store);
  RunnerOptions options = two.queueing(two.first);
  options.store = dying;
  const auto before = two.queued(options, {"m1"});
  dying->fail_commits(ErrorCode::unavailable);
  REQUIRE(before->close(milliseconds(0)));

  const auto after = Runner::open(two.returning(two.first)).value();
  until(*after, "m1", MatchState::running);
  auto events = after->events({}).value();
  for (int answers = 0; answers < 2;) {  // what came back is answered, too
    const auto event = events->next(patience()).value();
    REQUIRE(event);
    answers += event->type == "reply" && event->body.find("c-m1") != std::string::npos ? 1 : 0;
  }
  const auto types = event_types(*after, "m1");
  CHECK(std::count(types.begin(), types.end(), "submit") == 1);
  CHECK(std::count(types.begin(), types.end(), "claim") == 1);
}

TEST_CASE("what another runner on the store meets at the source before it is returned stays queued, and is not lost") {
  const Two two;
  const auto before = two.queued(two.queueing(two.first), {"m1"});
  std::unique_ptr<Runner> other;
  two.source->given = [&] {
    RunnerOptions same = two.queueing(two.first);
    same.return_queued = false;
    other = Runner::open(same).value();
    auto events = other->events({}).value();
    for (int answers = 0; answers < 2;) {
      const auto event = events->next(patience()).value();
      REQUIRE(event);
      answers += event->type == "reply" && event->body.find("c-m1") != std::string::npos ? 1 : 0;
    }
  };
  REQUIRE(before->close(milliseconds(0)));
  REQUIRE(other);
  CHECK(other->get_match("m1").value().state == MatchState::queued);
  CHECK_FALSE(has(event_types(*other, "m1"), "return"));
}

TEST_CASE("what a source does not take stays queued") {
  const Two two;
  const auto before = two.queued(two.queueing(two.first), {"m1", "m2", "m3"});
  two.source->takes = 1;
  REQUIRE(before->close(milliseconds(0)));

  const auto watcher = Runner::open(two.first.watching()).value();
  CHECK(watcher->get_match("m1").value().state == MatchState::returned);
  CHECK(watcher->get_match("m2").value().state == MatchState::queued);
  CHECK(watcher->get_match("m3").value().state == MatchState::queued);
}

TEST_CASE("nothing is given back unless that was asked for") {
  const Two two;
  RunnerOptions options = two.queueing(two.first);
  options.return_queued = false;
  const auto before = two.queued(options, {"m1"});
  REQUIRE(before->close(milliseconds(0)));
  CHECK(Runner::open(two.first.watching()).value()->get_match("m1").value().state == MatchState::queued);
}

TEST_CASE("secrets go back with their match, and stand sealed in either store") {
  const Two two;
  RunnerOptions options = two.queueing(two.first);
  options.secret_key = base64url(std::string(32, 'k'));
  const auto before = Runner::open(options).value();
  two.queue->send(wanted("m1", R"(, "seats": [{"name": "program", "secrets": {"TOKEN": "hush"}}])"));
  until(*before, "m1", MatchState::queued);
  REQUIRE(before->close(milliseconds(0)));

  const auto back = two.queue->poll(patience()).value();
  REQUIRE(back);
  CHECK(back->body.find("hush") != std::string::npos);
  two.queue->send(*back);
  RunnerOptions others = two.queueing(two.second);
  others.secret_key = base64url(std::string(32, 'o'));
  others.return_queued = false;
  const auto after = Runner::open(others).value();
  until(*after, "m1", MatchState::queued);
  CHECK(two.second.store->find({"match", "m1"}, patience()).value()->body.find("hush") == std::string::npos);
}
