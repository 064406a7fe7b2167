// SPDX-License-Identifier: Apache-2.0
// A runner that dies after it has stored several commands at once, and before it has acknowledged them.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "faulty_ports/faulty_store.hpp"
#include "matchrunner/open.hpp"
#include "matchrunner/runner.hpp"
#include "rabbitmq/broker.hpp"
#include "temporary_folder.hpp"

using namespace matchrunner;

namespace {

constexpr int dies = 17;
constexpr int commands_sent = 20;

class DyingStore final : public test::FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  Result<CommitReceipt> commit(const Batch& batch, const Context& context) override {
    auto receipt = FaultyStore::commit(batch, context);
    const auto answers = std::count_if(batch.events.begin(), batch.events.end(),
                                       [](const Event& event) { return event.type == "reply"; });
    if (receipt && answers > 1) ::_exit(dies);
    return receipt;
  }
};

std::string run_message(int number) {
  return R"({"command": "run", "data": {"id": "m)" + std::to_string(number) +
         R"(", "game": {"name": "solo", "wiring": "none", "seats": [{"name": "program", "custom": {}}]}}})";
}

RunnerOptions taking_in(const std::string& name, const std::string& folder, const RabbitMqCommandsOptions& source) {
  RunnerOptions options;
  options.name = name;
  options.store = open_state_store("sqlite:///" + folder + "/store.db").value();
  options.spool_folder = folder + "/spool";
  options.slots = 1;
  options.workers = 0;
  options.backlog = commands_sent;
  options.sources = {make_rabbitmq_commands(source).value()};
  return options;
}

}  // namespace

TEST_CASE(
    "a runner that dies between the commit of several commands and their acknowledgement loses and doubles none") {
  const TemporaryFolder folder;
  const auto source = fresh_commands();
  open_source(source);  // makes the queue
  Client client;
  for (int i = 0; i < commands_sent; ++i)
    client.send({"", source.queue, run_message(i), "asker", std::to_string(i), "", true});
  const pid_t child = ::fork();
  if (child == 0) {
    RunnerOptions options = taking_in("first", folder.path(), source);
    options.store = std::make_shared<DyingStore>(options.store);
    const auto runner = Runner::open(options);
    while (runner) ::pause();
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == dies));

  const auto runner = Runner::open(taking_in("second", folder.path(), source)).value();
  const auto events = runner->events({}).value();
  std::map<std::string, int> submits;
  std::map<std::string, int> answers;
  int told_before = 0;
  while (answers.size() < commands_sent) {
    const auto event = events->next(patiently()).value();
    REQUIRE(event);
    if (event->type == "submit") ++submits[event->subject];
    if (event->type != "reply") continue;
    CHECK(event->body.find(" is queued") != std::string::npos);
    if (event->body.find(R"("runner":"first")") != std::string::npos) {
      ++told_before;
    } else {
      const auto at = event->body.find(R"("match_id":")") + 12;
      ++answers[event->body.substr(at, event->body.find('"', at) - at)];
    }
  }
  CHECK(told_before > 1);
  CHECK(submits.size() == commands_sent);
  for (const auto* const counts : {&submits, &answers})
    for (const auto& [match, times] : *counts) {
      INFO(match);
      CHECK(times == 1);
    }
  REQUIRE(runner->close(milliseconds(0)));
  CHECK_FALSE(open_source(source)->poll(shortly()).value());  // all are accepted
}
