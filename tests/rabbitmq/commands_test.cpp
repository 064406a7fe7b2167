// SPDX-License-Identifier: Apache-2.0
// What becomes of a command: delivered whole, settled, dead-lettered, deferred for whoever has room, passed on to all.
#include <set>

#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

Command next(CommandSource& source) {
  const auto command = source.poll(patiently());
  INFO((command ? "" : command.error().describe()));
  REQUIRE(command);
  REQUIRE(*command);
  return **command;
}

void none(CommandSource& source) {
  const auto command = source.poll(shortly());
  INFO((command ? "" : command.error().describe()));
  REQUIRE(command);
  CHECK_FALSE(*command);
}

}  // namespace

TEST_CASE("a command comes with where its answer goes") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  Client().send({"", options.queue, "{}", "answers", "c-1", "id-1", true});
  const Command command = next(*source);
  CHECK(command.body == "{}");
  CHECK(command.reply_to == "answers");
  CHECK(command.correlation_id == "c-1");
  CHECK(command.message_id == "id-1");
  CHECK_FALSE(command.for_all);
  CHECK(source->accept(command, patiently()));
}

TEST_CASE("a command may have headers as long as the broker takes them") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  for (const std::size_t length : {30'000U, 60'000U, 120'000U}) {
    rabbitmq::Message message{"", options.queue, "{}", "", "", "", true};
    message.headers = {{"x", std::string(length, 'x')}};
    Client().send(message);
    CHECK(source->accept(next(*source), patiently()));
  }
}

TEST_CASE("commands come by an exchange, when the queue is bound to it") {
  auto options = fresh_commands();
  options.exchange = "x-" + options.queue;
  options.binding = "runner.*";
  const auto source = open_source(options);
  Client().send({options.exchange, "runner.eu", "{}", "", "", "", true});
  CHECK(source->accept(next(*source), patiently()));
}

TEST_CASE("a rejected command is with the dead letters") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, "what?", "", "c-1", "", true});
  CHECK(source->reject(next(*source), "not understood", patiently()));
  client.consume(options.queue + ".dead");
  const auto dead = client.receive();
  CHECK(dead.body == "what?");
  CHECK(dead.correlation_id == "c-1");
}

TEST_CASE("a dead letter waits for a queue that is not there") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, "what?", "", "c-1", "", true});
  const Command command = next(*source);
  shared_broker().control("delete_queue " + options.queue + ".dead");
  CHECK(source->reject(command, "not understood", patiently()));
  const auto again = open_source(options);  // makes it anew
  client.consume(options.queue + ".dead");
  CHECK(client.receive().body == "what?");
  none(*again);
}

TEST_CASE("a command that runners die of is a dead letter in the end") {
  const auto options = fresh_commands();
  Client client;
  open_source(options);
  client.send({"", options.queue, "deadly", "", "", "", true});
  int deliveries = 0;
  for (bool came = true; came && deliveries < 100; deliveries += came ? 1 : 0) {
    const auto source = open_source(options);
    const auto command = source->poll(Context::within(milliseconds(2000))).value();
    came = command.has_value();
  }
  CHECK(deliveries == 21);
  CHECK(client.ready(options.queue + ".dead") == 1);
}

TEST_CASE("a deferred command waits for whoever has room, in order, and others get through") {
  const auto options = fresh_commands();
  const auto full = open_source(options);
  Client client;
  for (const char* body : {"run 1", "run 2", "run 3"}) client.send({"", options.queue, body, "back", "", "", true});
  for (int i = 0; i < 3; ++i) CHECK(full->defer(next(*full), patiently()));
  none(*full);
  client.send({"", options.queue, "kill", "", "", "", true});
  const Command kill = next(*full);
  CHECK(kill.body == "kill");
  CHECK(full->accept(kill, patiently()));

  const auto free = open_source(options);  // begins with what waits
  const Command first = next(*free);
  CHECK(first.body == "run 1");
  CHECK(first.reply_to == "back");
  CHECK(free->accept(first, patiently()));
  const Command second = next(*free);
  CHECK(second.body == "run 2");
  CHECK(free->defer(second, patiently()));  // goes back, though the broker does not say to which place
  none(*free);
  full->resume();
  std::set<std::string> rest;
  for (int i = 0; i < 2; ++i) {
    const Command command = next(*full);
    rest.insert(command.body);
    CHECK(full->accept(command, patiently()));
  }
  CHECK(rest == std::set<std::string>{"run 2", "run 3"});
  none(*full);
  CHECK(client.ready(options.queue + ".waiting") == 0);
}

TEST_CASE("a command that is passed on comes to everybody, and control commands come first") {
  const auto options = fresh_commands();
  const auto one = open_source(options);
  const auto other = open_source(options);
  Client client;
  client.send({"", options.queue, "kill", "back", "c-9", "", true});
  // One of them has it.
  auto got = one->poll(shortly());
  REQUIRE(got);
  const bool first = got->has_value();
  CommandSource& holder = first ? *one : *other;
  const Command kill = first ? **got : next(*other);
  CHECK(holder.pass_on(kill, patiently()));
  for (CommandSource* source : {one.get(), other.get()}) {
    const Command copy = next(*source);
    CHECK(copy.body == "kill");
    CHECK(copy.reply_to == "back");
    CHECK(copy.correlation_id == "c-9");
    CHECK(copy.for_all);
    CHECK(source->defer(copy, patiently()).error().code == ErrorCode::unsupported);
    CHECK(source->accept(copy, patiently()));
  }
  for (int i = 0; i < 5; ++i) client.send({"", options.queue, "run", "", "", "", true});
  client.send({options.queue + ".control", "", "stop", "", "", "", false});
  // All that came so far is read before the first is handed out; what is read later may come later.
  bool early = false;
  for (int i = 0; i < 3 && !early; ++i) early = next(*one).body == "stop";
  CHECK(early);
}

TEST_CASE("what is told as accepted together is nothing else, in whichever order it came") {
  const auto options = fresh_commands();
  auto source = open_source(options);
  Client client;
  for (int i = 1; i <= 5; ++i) client.send({"", options.queue, std::to_string(i), "", "", "", true});
  std::vector<Command> commands;
  for (int i = 0; i < 5; ++i) commands.push_back(next(*source));
  for (const std::size_t i : {4U, 0U, 1U, 3U}) CHECK(source->accept(commands[i], patiently()));
  source.reset();
  source = open_source(options);
  CHECK(next(*source).body == "3");
  none(*source);
  source.reset();

  source = open_source(options);
  client.send({"", options.queue, "4", "", "", "", true});
  while (client.ready(options.queue) > 0) CHECK(patiently().check());  // both are on their way
  client.send({options.queue + ".control", "", "stop", "", "", "", false});
  const Command first = next(*source);
  if (first.body == "stop") CHECK(source->accept(first, patiently()));  // overtakes what came before it
  source.reset();
  source = open_source(options);
  std::set<std::string> rest;
  for (int i = 0; i < 2; ++i) rest.insert(next(*source).body);
  CHECK(rest == std::set<std::string>{"3", "4"});
}

TEST_CASE("a command is settled once") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, "1", "", "", "", true});
  const Command command = next(*source);
  CHECK(source->accept(command, patiently()));
  CHECK(source->accept(command, patiently()).error().code == ErrorCode::invalid_argument);
  client.send({"", options.queue, "2", "", "", "", true});
  CHECK(next(*source).body == "2");
}
