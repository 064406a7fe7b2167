// SPDX-License-Identifier: Apache-2.0
// Which connections a runner has, as the broker counts them.
#include "base/digest.hpp"
#include "rabbitmq/broker.hpp"
#include "runtime/scripted.hpp"
#include "variables.hpp"

using namespace matchrunner;

namespace {

// In a virtual host that other tests leave alone, as a user whom the environment names.
RabbitMqBroker apart() {
  RabbitMqBroker broker;
  broker.hosts = {shared_broker().host()};
  broker.virtual_host = "matches";
  return broker;
}

RabbitMqEventsOptions replies_only() {
  RabbitMqEventsOptions options;
  options.broker = apart();
  return options;
}

std::string stream_to(const std::string& queue) {
  return "amqp://" + shared_broker().host() + "/matches?queue=" + queue;
}

std::size_t count(const std::string& all, const std::string& purpose) {
  std::size_t found = 0;
  for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != all.npos; at = end + 1) {
    const std::string line = all.substr(at, end - at);
    found += line.starts_with("matches\ttest\t") && line.find("\"matchrunner " + purpose + "\"") != line.npos;
  }
  return found;
}

}  // namespace

TEST_CASE("a source, each sink and the streams to one URL have a connection of their own") {
  const Variables login({"RABBITMQ_USER", "RABBITMQ_PASS"}, {{"RABBITMQ_USER", "test"}, {"RABBITMQ_PASS", "testing"}});
  auto commands = fresh_commands();
  commands.broker = apart();
  const std::string shared = "s-" + random_hex(6);
  const std::string other = "s-" + random_hex(6);
  const test::Ground ground;
  RunnerOptions options = ground.options(2);
  options.sources = {open_source(commands)};
  options.sinks = {{"one", open_sink(replies_only())}, {"two", open_sink(replies_only())}};
  options.streams = {
      {"logs/*.stderr", stream_to(shared)}, {"events/score", stream_to(shared)}, {"logs/*.stdout", stream_to(other)}};
  const auto runner = Runner::open(options).value();
  const std::vector<std::string> script{"print_error one", "print two",
                                        R"(event {"type": "score", "scores": {"program": 1}})", "hang"};
  for (int i = 0; i < 2; ++i) REQUIRE(runner->submit_match(test::solo(script)));
  Client client([] {
    RabbitMqBroker broker = broker_options();
    broker.virtual_host = "matches";
    return broker;
  }());
  client.consume(shared);
  client.consume(other);
  for (int i = 0; i < 6; ++i) client.receive();  // all streams have begun
  const std::string all = shared_broker().control("list_connections vhost user client_properties");
  INFO(all);
  CHECK(count(all, "commands") == 1);
  CHECK(count(all, "events") == 2);
  CHECK(count(all, "streams") == 2);
}
