// SPDX-License-Identifier: Apache-2.0
// A cluster of three nodes, of which the one in use dies: queues are on all of them, and nothing is lost.
#include <set>

#include "event_line.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

struct Cluster {
  RabbitMqServer first;
  RabbitMqServer second{&first};
  RabbitMqServer third{&first};

  // The nodes in this order.
  static RabbitMqBroker at(std::initializer_list<const RabbitMqServer*> nodes) {
    RabbitMqBroker broker;
    for (const RabbitMqServer* node : nodes) broker.hosts.push_back(node->host());
    broker.user = "test";
    broker.password = "testing";
    return broker;
  }
};

Cluster& cluster() {
  static Cluster cluster;
  return cluster;
}

std::set<std::string> numbers(int count) {
  std::set<std::string> all;
  for (int i = 1; i <= count; ++i) all.insert(std::to_string(i));
  return all;
}

}  // namespace

TEST_CASE("commands outlive the node that they came from: each that was not accepted comes from another") {
  auto& [first, second, third] = cluster();
  RabbitMqCommandsOptions options;
  options.broker = Cluster::at({&first, &second, &third});
  options.queue = "commands";
  const auto source = open_source(options);
  Client client(Cluster::at({&second}));
  const auto all = numbers(60);
  for (const std::string& body : all) client.send({"", options.queue, body, "", "", "", true});
  std::set<std::string> accepted;
  const auto accept_next = [&] {
    const Command command = next_after_outage(*source);
    if (source->accept(command, patiently())) accepted.insert(command.body);
  };
  while (accepted.size() < 20) accept_next();
  CHECK(source->poll(patiently()).value());  // one is in hand when it dies
  first.stop();
  while (accepted.size() < all.size()) accept_next();
  CHECK(accepted == all);
  client.send({"", options.queue, "61", "", "", "", true});
  CHECK(next_after_outage(*source).body == "61");
  first.start();
}

TEST_CASE("events outlive the node that confirmed them, and those that it did not go to another, in their order") {
  auto& [first, second, third] = cluster();
  RabbitMqEventsOptions options;
  options.broker = Cluster::at({&third, &second, &first});
  options.exchange = "events";
  const auto sink = open_sink(options);
  RabbitMqCommandsOptions keeping;  // a queue of the kind that is on all nodes
  keeping.broker = Cluster::at({&third, &second, &first});
  keeping.queue = "kept";
  keeping.exchange = options.exchange;
  keeping.binding = "#";
  open_source(keeping);
  std::vector<Event> events;
  for (std::uint64_t i = 1; i <= 300; ++i) events.push_back(numbered(i));
  publish_until_taken(*sink, std::span(events).first(100));
  third.stop();
  publish_until_taken(*sink, std::span(events).subspan(100));
  Client client(Cluster::at({&second}));
  client.consume(keeping.queue);
  std::uint64_t last = 0;
  while (last < events.size()) {
    const auto sequence = parse_event(client.receive().body).sequence;
    CHECK(sequence <= last + 1);  // what is not confirmed in time comes again
    last = std::max(last, sequence);
  }
  third.start();
}
