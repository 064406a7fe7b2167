// SPDX-License-Identifier: Apache-2.0
// Commands from outside: each has one effect and an answer.
#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "catch.hpp"
#include "faulty_ports/faulty_store.hpp"
#include "file_bytes.hpp"
#include "scripted.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

Event answer_to(EventStream& events, const std::string& correlation) {
  while (auto event = events.next(patience()).value())
    if (event->kind == "command" && event->body.find("\"" + correlation + "\"") != std::string::npos) return *event;
  throw std::runtime_error("no answer to " + correlation);
}

}  // namespace

TEST_CASE("commands run, stop and tell of matches, and what cannot be meant is rejected") {
  const Ground ground;
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  const auto send = [&](const std::string& correlation, const std::string& body) {
    source->send({correlation, body, "asker", correlation});
    return answer_to(*events, correlation).body;
  };

  CHECK(send("c1", R"({"command": "ping"})").find("Pong") != std::string::npos);
  const std::string run =
      R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats":
      [{"name": "program", "custom": {}, "arguments": ["hang"]}]}}})";
  CHECK(send("c2", run).find("m1") != std::string::npos);
  until(*runner, "m1", MatchState::running);
  CHECK(send("c3", run).find("m1 is") != std::string::npos);  // delivered twice: one match
  CHECK(send("c4", R"({"command": "status", "data": {"match_id": "m1"}})").find("running") != std::string::npos);
  CHECK(send("c5", R"({"command": "stop", "data": {"match_id": "m1"}})").find("stopped") != std::string::npos);
  CHECK(runner->wait_match("m1", patience()).value().state == MatchState::stopped);
  CHECK(send("c6", R"({"command": "stop", "data": {"match_id": "m9"}})").find("error") != std::string::npos);
  CHECK(send("c7", R"({"command": "status", "data": {"match_id": "m9"}})").find(R"("match_id":"m9")") !=
        std::string::npos);
  const std::string late = send("c8", R"({"command": "stop", "data": {"match_id": "m1"}})");
  CHECK(late.find(R"("error":"match m1 has ended)") != std::string::npos);
  CHECK(late.find(R"("match_id":"m1")") != std::string::npos);
  CHECK(late.find(R"("state":"stopped")") != std::string::npos);
  CHECK(source->rejected().empty());

  for (const std::string bad : {"not json", "[]", R"({"command": "dance"})", R"({"command": "run", "data": {}})"}) {
    const std::size_t before = source->rejected().size();
    source->send({"bad", bad, "asker", "bad" + std::to_string(before)});
    const std::string answer = answer_to(*events, "bad" + std::to_string(before)).body;
    CHECK(answer.find("error") != std::string::npos);
    CHECK(answer.find("format incorrect") != std::string::npos);
  }
  const std::string lacking = send("c9", R"({"command": "run_match", "data": {"match_id": "m5"}})");
  CHECK(lacking.find(R"("missing":[)") != std::string::npos);
  CHECK(lacking.find(R"("match_id":"m5")") != std::string::npos);
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(source->rejected().size() == 5);
}

TEST_CASE("a match that a command brings takes nothing from its host but from where that is permitted") {
  const Ground ground;
  const TemporaryFolder permitted, other;
  write_bytes(permitted / "bot", "x");
  write_bytes(other / "secret", "x");
  std::filesystem::create_directory_symlink(other.path(), permitted / "link");
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  options.host_paths = {permitted / "gone", permitted.path() + "/"};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  const auto answer = [&](const std::string& id, const std::string& seat) {
    source->send({id,
                  R"({"command": "run", "data": {"id": ")" + id +
                      R"(", "game": {"name": "solo", "wiring": "none", "seats": [{"name": "program", "custom": {}, )" +
                      seat + "}]}}}",
                  "asker", id});
    return answer_to(*events, id).body;
  };
  const auto file = [&](const std::string& path) { return R"("files": [{"path": "x", "source": ")" + path + R"("}])"; };
  int number = 0;
  for (const std::string& path :
       {other / "secret", permitted / "link/secret", permitted / "../.." + other.path() + "/secret",
        permitted / "gone/../../../etc/shadow", permitted.path() + "2/bot", std::string("/")}) {
    const std::string id = "bad" + std::to_string(++number);
    CAPTURE(path);
    CHECK(answer(id, file(path)).find("data.game.seats[0].files[0].source: expected a path in `host_paths`") !=
          std::string::npos);
    CHECK(answer(id + "r", R"("read_only": [")" + path + R"("])").find("data.game.seats[0].read_only[0]: expected") !=
          std::string::npos);
    CHECK_FALSE(runner->find_match(id).value());
  }
  CHECK(answer("good", file(permitted / "bot")).find("match good is queued") != std::string::npos);
  CHECK(answer("all", R"("read_only": [")" + permitted.path() + R"("])").find("match all is") != std::string::npos);
  CHECK(source->rejected().empty());  // they were understood
}

TEST_CASE("whoever asks for a match hears of it, and of its score") {
  const Ground ground;
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({"m1", 0, false}).value();
  auto answers = runner->events({}).value();
  source->send({"1", R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none", "seats":
      [{"name": "program", "custom": {}, "arguments": ["event {\"type\": \"score\", \"scores\": {\"program\": 3}}",
      "hang"]}]}}})",
                "asker", "c1"});
  std::vector<std::string> types;
  while (const auto event = events->next(patience()).value()) {
    types.push_back(event->type);
    CHECK(event->body.find(R"("correlation_id":"c1")") != std::string::npos);
    CHECK(event->body.find(R"("reply_to":"asker")") != std::string::npos);
    if (event->type == "score") {
      source->send({"2", R"({"command": "score", "data": {"match_id": "m1"}})", "asker", "c2"});
      CHECK(answer_to(*answers, "c2").body.find(R"("scores":{"program":3})") != std::string::npos);
      source->send({"3", R"({"command": "kill_match", "data": {"match_id": "m1"}})", "asker", "c3"});
    }
    if (event->type == "stop") {
      CHECK(event->body.find(R"("message":"stopped (killed): )") != std::string::npos);
      CHECK(event->body.find(R"("state":"stopped")") != std::string::npos);
      break;
    }
  }
  CHECK(types.front() == "submit");

  source->send({"4", R"({"command": "run", "data": {"id": "m1", "game": "other"}})", "asker", "c4"});
  CHECK(answer_to(*answers, "c4").body.find(R"("message":"already running")") != std::string::npos);
  source->send({"5", R"({"command": "run_match", "data": {"match_id": "m2"}})", "asker", "c5"});
  CHECK(answer_to(*answers, "c5").body.find(R"("missing":["team_right","team_left","rcssserver"])") !=
        std::string::npos);
  source->send({"6", R"({"command": "shutdown"})", "asker", "c6"});
  CHECK(answer_to(*answers, "c6").body.find("shutting down") != std::string::npos);
}

namespace {

// A source as a broker with one queue: what is deferred waits until resume().
class QueueSource final : public CommandSource {
 public:
  explicit QueueSource(std::shared_ptr<MemoryCommandSource> queue) : queue_(std::move(queue)) {}
  CommandSourceCapabilities capabilities() const override { return {.defers = true, .passes_on = true}; }
  Result<std::optional<Command>> poll(const Context& context) override {
    if (!held_ && !deferred_.empty()) {
      std::optional<Command> first = deferred_.front();
      deferred_.erase(deferred_.begin());
      return first;
    }
    return queue_->poll(context);
  }
  Result<void> accept(const Command& command, const Context& context) override {
    return queue_->accept(command, context);
  }
  Result<void> reject(const Command& command, const std::string& why, const Context& context) override {
    return queue_->reject(command, why, context);
  }
  Result<void> defer(const Command& command, const Context&) override {
    held_ = true;
    ++deferrals;
    deferred_.push_back(command);
    return {};
  }
  void resume() override { held_ = false; }
  Result<void> pass_on(const Command& command, const Context& context) override {
    Command copy = command;
    copy.for_all = true;
    copy.delivery += "-for-all";
    queue_->send(copy);
    ++passed_on;
    return queue_->accept(command, context);
  }
  std::atomic<int> deferrals = 0;
  std::atomic<int> passed_on = 0;

 private:
  const std::shared_ptr<MemoryCommandSource> queue_;
  std::vector<Command> deferred_;
  bool held_ = false;
};

Command hanging(const std::string& id) {
  Command command;
  command.delivery = id;
  command.body = R"({"command": "run", "data": {"id": ")" + id + R"(", "game": {"name": "solo", "wiring": "none",
      "grace_seconds": 0, "seats": [{"name": "program", "custom": {}, "arguments": ["hang"]}]}}})";
  command.correlation_id = id;
  return command;
}

// Of the first source, once they are as many, or have had their time.
std::uint64_t commands_done(Runner& runner, std::uint64_t expected) {
  for (const Context waiting = patience();; std::this_thread::sleep_for(milliseconds(5))) {
    const auto parts = runner.health().value().parts;
    const auto counted =
        std::find_if(parts.begin(), parts.end(), [](const auto& part) { return part.name == "source 0"; });
    REQUIRE(counted != parts.end());
    if (counted->done >= expected || Context::Clock::now() >= waiting.deadline) return counted->done;
  }
}

Command kill(const std::string& id) {
  Command command;
  command.delivery = "kill-" + id;
  command.body = R"({"command": "kill_match", "data": {"match_id": ")" + id + "\"}}";
  command.correlation_id = "kill-" + id;
  return command;
}

}  // namespace

TEST_CASE("a runner without a free slot takes no run command, and every other") {
  const Ground ground;
  const auto queue = make_memory_commands();
  const auto source = std::make_shared<QueueSource>(queue);
  RunnerOptions options = ground.options(1);
  options.sources = {source};
  options.backlog = 1;
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  for (const char* const id : {"m1", "m2", "m3"}) queue->send(hanging(id));
  answer_to(*events, "m1");
  answer_to(*events, "m2");
  queue->send(hanging("m1"));  // is here already
  answer_to(*events, "m1");
  CHECK_FALSE(runner->find_match("m3").value());
  CHECK(source->deferrals == 1);
  queue->send(kill("m1"));
  answer_to(*events, "kill-m1");
  answer_to(*events, "m3");  // there is room now
  CHECK(runner->find_match("m3").value());

  queue->send(kill("m9"));  // somebody else's
  CHECK(answer_to(*events, "kill-m9").body.find("the other runners are asked") != std::string::npos);
  queue->send(kill("m2"));
  CHECK(answer_to(*events, "kill-m2").body.find("being stopped") != std::string::npos);
  CHECK(source->passed_on == 1);
  // Killed m2 may be answered before what was passed on has come back: as a command for all, and without an answer.
  CHECK(commands_done(*runner, 8) == 8);  // m3 once, although it came twice
  REQUIRE(runner->close(milliseconds(0)));
  CHECK(commands_done(*runner, 8) == 8);
  auto all = runner->events({}).value();
  int answers = 0;
  while (const auto event = all->next(Context::within(milliseconds(0))).value_or(std::nullopt))
    if (event->body.find("kill-m9") != std::string::npos) ++answers;
  CHECK(answers == 1);  // for all: only the one that has it would answer
}

namespace {

// Something happens once, just as the queued matches are about to be listed.
class LateStore final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  Result<RecordPage> list(const RecordQuery& query, const Context& context) override {
    if (query.states == std::vector<std::string>{"queued"} && armed.exchange(false)) before_list();
    return FaultyStore::list(query, context);
  }
  std::function<void()> before_list;
  std::atomic<bool> armed = false;
};

}  // namespace

TEST_CASE("a match that gets its slot just as room is counted is counted") {
  const Ground ground;
  const auto store = std::make_shared<LateStore>(ground.store);
  const auto queue = make_memory_commands();
  const auto source = std::make_shared<QueueSource>(queue);
  RunnerOptions options = ground.options(1);
  options.store = store;
  options.workers = 0;
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  std::unique_ptr<Runner> other;
  store->before_list = [&] {
    other = Runner::open(ground.options(1)).value();
    until(*other, "m1", MatchState::running);
  };
  queue->send(hanging("m1"));
  answer_to(*events, "m1");
  std::this_thread::sleep_for(milliseconds(300));  // what was counted for m1 does not count any more
  store->armed = true;
  queue->send(hanging("m2"));
  const Context patient = patience();
  while (source->deferrals == 0 && !runner->find_match("m2").value() && patient.check())
    std::this_thread::sleep_for(milliseconds(10));
  CHECK(source->deferrals == 1);
  CHECK_FALSE(runner->find_match("m2").value());
  CHECK_FALSE(store->armed);
  REQUIRE(runner->close(milliseconds(0)));
}

TEST_CASE("a run command without an id is named by its message") {
  const Ground ground;
  const auto source = make_memory_commands();
  RunnerOptions options = ground.options();
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  auto events = runner->events({}).value();
  Command command = hanging("m1");
  command.body.replace(command.body.find(R"("id": "m1", )"), 12, "");
  command.message_id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  for (int i = 0; i < 2; ++i) {
    source->send(command);
    answer_to(*events, "m1");
  }
  CHECK(runner->list_matches({}).value().matches.size() == 1);
}

namespace {

// Does not look up from its poll before it is let go.
class BusySource final : public CommandSource {
 public:
  CommandSourceCapabilities capabilities() const override { return {}; }
  Result<std::optional<Command>> poll(const Context&) override {
    polled = true;
    polled.notify_all();
    let_go.wait(false);
    return std::optional<Command>();
  }
  Result<void> accept(const Command&, const Context&) override { return {}; }
  Result<void> reject(const Command&, const std::string&, const Context&) override { return {}; }
  std::atomic<bool> polled = false;
  std::atomic<bool> let_go = false;
};

}  // namespace

TEST_CASE("a runner that closes starts no match while it waits for a source") {
  const Ground ground;
  const auto source = std::make_shared<BusySource>();
  RunnerOptions options = ground.options(1);
  options.sources = {source};
  const auto runner = Runner::open(options).value();
  source->polled.wait(false);
  std::thread closing([&] { runner->close(milliseconds(0)).value(); });
  const Context soon = patience();
  while (runner->health()->taking && soon.check()) std::this_thread::yield();
  CHECK_FALSE(runner->health()->taking);
  source->let_go = true;
  source->let_go.notify_all();
  closing.join();
}
