// SPDX-License-Identifier: Apache-2.0
// Commands that wait together: what is stored in one commit, and what becomes of them when that goes wrong.
#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "base/mutex.hpp"
#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

// Knows how many answers each commit had that was tried; one of several answers may go wrong.
class CountingStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;

  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    const auto answers = std::count_if(batch.events.begin(), batch.events.end(),
                                       [](const Event& event) { return event.type == "reply"; });
    bool refuses = false;
    {
      const Lock lock(mutex_);
      if (answers > 0) commits_.push_back(static_cast<int>(answers));
      refuses = answers > 1 && std::exchange(refuses_several_, false);
    }
    if (refuses) return Error{ErrorCode::resource_exhausted, "as the test asked", "faulty store"};
    return FaultyStore::commit(batch, context);
  }

  std::vector<int> commits() {
    const Lock lock(mutex_);
    return commits_;
  }
  void refuse_several() {
    const Lock lock(mutex_);
    refuses_several_ = true;
  }

 private:
  Mutex mutex_;
  std::vector<int> commits_ MATCHRUNNER_GUARDED_BY(mutex_);
  bool refuses_several_ MATCHRUNNER_GUARDED_BY(mutex_) = false;
};

// A source as a broker: it defers, and what it could not be told that it was accepted comes again.
class BrokerLike final : public CommandSource {
 public:
  explicit BrokerLike(std::shared_ptr<MemoryCommandSource> queue) : queue_(std::move(queue)) {}
  CommandSourceCapabilities capabilities() const override { return {.redelivers = true, .defers = true}; }
  Result<std::optional<Command>> poll(const Context& context) override { return queue_->poll(context); }
  Result<void> accept(const Command& command, const Context& context) override {
    if (loses > 0) {
      --loses;
      queue_->send(command);
      return Error{ErrorCode::unavailable, "the connection that it came over is lost"};
    }
    return queue_->accept(command, context);
  }
  Result<void> reject(const Command& command, const std::string& why, const Context& context) override {
    return queue_->reject(command, why, context);
  }
  Result<void> defer(const Command& command, const Context& context) override {
    ++deferred;
    return queue_->accept(command, context);
  }
  std::atomic<int> loses = 0;
  std::atomic<int> deferred = 0;

 private:
  const std::shared_ptr<MemoryCommandSource> queue_;
};

Command asked(const std::string& name, const std::string& body) {
  Command command;
  command.body = body;
  command.correlation_id = name;
  return command;
}

Command run_command(const std::string& name, const std::string& id, const std::string& argument = "hang") {
  return asked(name, R"({"command": "run", "data": {"id": ")" + id + R"(", "game": {"name": "solo", "wiring": "none",
      "seats": [{"name": "program", "custom": {}, "arguments": [")" +
                         argument + "\"]}]}}}");
}

// Matches are taken in and none is started.
struct Desk {
  explicit Desk(std::shared_ptr<CommandSource> source = nullptr) {
    options.sources = {source ? std::move(source) : queue};
    options.store = store;
    options.workers = 0;
  }

  // Of the next `count`, in order.
  std::vector<std::pair<std::string, std::string>> answers(Runner& runner, std::size_t count) {
    const auto events = runner.events({}).value();
    std::vector<std::pair<std::string, std::string>> told;
    while (told.size() < count) {
      const auto event = events->next(patience()).value();
      if (!event) throw std::runtime_error("answers are missing");
      if (event->type != "reply") continue;
      const auto at = event->body.find(R"("correlation_id":")") + 18;
      told.emplace_back(event->body.substr(at, event->body.find('"', at) - at), event->body);
    }
    return told;
  }

  std::map<std::string, int> submits(Runner& runner) {
    const auto events = runner.events({}).value();
    std::map<std::string, int> counts;
    while (const auto event = events->next(Context::within(milliseconds(0))).value())
      if (event->type == "submit") ++counts[event->subject];
    return counts;
  }

  const Ground ground;
  const std::shared_ptr<MemoryCommandSource> queue = make_memory_commands();
  const std::shared_ptr<CountingStore> store = std::make_shared<CountingStore>(ground.store);
  RunnerOptions options = ground.options();
};

bool says(const std::string& body, const std::string& text) { return body.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("run commands that wait together are stored in one commit with their answers, the others alone, in order") {
  Desk desk;
  for (const Command& command : {
           run_command("1", "a"),
           run_command("2", "b"),
           asked("3", R"({"command": "ping"})"),
           run_command("4", "c"),
           run_command("5", "c"),          // the same again
           run_command("6", "c", "more"),  // another match under its id
           asked("7", R"({"command": "stop", "data": {"match_id": "c"}})"),
           asked("8", "what?"),
           asked("9", R"({"command": "run", "data": {"id": "d", "game": "nowhere"}})"),
           run_command("10", "e"),
       })
    desk.queue->send(command);
  const auto runner = Runner::open(desk.options).value();
  const auto told = desk.answers(*runner, 10);
  for (std::size_t i = 0; i < told.size(); ++i) CHECK(told[i].first == std::to_string(i + 1));
  CHECK(desk.store->commits() == std::vector<int>{2, 1, 1, 1, 1, 1, 1, 2});
  CHECK(says(told[4].second, "match c is queued"));
  CHECK(says(told[5].second, "already running"));
  CHECK(says(told[6].second, "match c is being stopped"));
  CHECK(says(told[7].second, "format incorrect"));
  CHECK(says(told[8].second, R"(no game named \"nowhere\")"));
  CHECK(says(told[8].second, R"("match_id":"d")"));
  CHECK(desk.submits(*runner) == std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 1}, {"e", 1}});
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(desk.queue->rejected().size() == 1);
}

TEST_CASE("commands that wait together all wait for a store that fails, and have one effect each") {
  Desk desk;
  const bool done = GENERATE(false, true);
  INFO("the commit was " << (done ? "done, and its answer lost" : "not done"));
  for (const char* const id : {"a", "b", "c"}) desk.queue->send(run_command(id, id));
  if (done)
    desk.store->lose_next_answer("reply");
  else
    desk.store->refuse_several();
  const auto runner = Runner::open(desk.options).value();
  const auto told = desk.answers(*runner, done ? 6 : 3);  // what was not heard of is said again
  for (const auto& [name, body] : told) CHECK(says(body, "match " + name + " is queued"));
  CHECK(desk.store->commits() == std::vector<int>{3, 1, 1, 1});
  CHECK(desk.submits(*runner) == std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 1}});
}

TEST_CASE("a match that somebody else asks for at that moment does not hurt those that are stored with it") {
  Desk desk;
  for (const char* const id : {"a", "b", "c"}) desk.queue->send(run_command(id, id));
  const auto other = Runner::open(desk.ground.watching()).value();
  desk.store->before_next("reply", [&] {
    MatchRequest request = solo({"exit 0"});
    request.id = "b";
    if (!other->submit_match(request)) throw std::runtime_error("not submitted");
  });
  const auto runner = Runner::open(desk.options).value();
  const auto told = desk.answers(*runner, 3);
  CHECK(says(told[0].second, "match a is queued"));
  CHECK(says(told[1].second, "already running"));
  CHECK(says(told[2].second, "match c is queued"));
  CHECK(desk.store->commits() == std::vector<int>{3, 3});
  CHECK(desk.submits(*runner) == std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 1}});
}

TEST_CASE("commands that were stored together and not accepted come again, and have no second effect") {
  const auto queue = make_memory_commands();
  const auto source = std::make_shared<BrokerLike>(queue);
  Desk desk(source);
  desk.options.backlog = 10;
  source->loses = 3;
  for (const char* const id : {"a", "b", "c"}) queue->send(run_command(id, id));
  const auto runner = Runner::open(desk.options).value();
  const auto told = desk.answers(*runner, 6);
  for (const auto& [name, body] : told) CHECK(says(body, "match " + name + " is queued"));
  CHECK(desk.store->commits() == std::vector<int>{3, 3});
  CHECK(desk.submits(*runner) == std::map<std::string, int>{{"a", 1}, {"b", 1}, {"c", 1}});
}

TEST_CASE("no more commands are taken together than there is room for their matches") {
  const auto queue = make_memory_commands();
  const auto source = std::make_shared<BrokerLike>(queue);
  Desk desk(source);
  desk.options.backlog = 2;
  for (const char* const id : {"a", "b", "c", "d", "e"}) queue->send(run_command(id, id));
  queue->send(asked("last", R"({"command": "ping"})"));
  const auto runner = Runner::open(desk.options).value();
  CHECK(desk.answers(*runner, 4)[3].first == "last");
  CHECK(desk.store->commits() == std::vector<int>{3, 1});
  CHECK(source->deferred == 2);
}

TEST_CASE("a lone run command without any name is one match, although the answer of its commit was lost") {
  Desk desk;
  Command command = run_command("1", "a");
  command.body.replace(command.body.find(R"("id": "a", )"), 11, "");
  desk.queue->send(command);
  desk.store->lose_next_answer("reply");
  const auto runner = Runner::open(desk.options).value();
  desk.answers(*runner, 2);
  CHECK(desk.submits(*runner).size() == 1);
}
