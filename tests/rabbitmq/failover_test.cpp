// SPDX-License-Identifier: Apache-2.0
// A broker that dies while it is in use, and another that its clients know: they go on there.
#include "event_line.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

// It has queues and exchanges of its own: what matters here is where the adapters go.
RabbitMqBroker second_broker() {
  static const RabbitMqServer second;
  RabbitMqBroker broker = broker_options();
  broker.hosts = {second.host()};
  return broker;
}

RabbitMqBroker both_brokers() {
  RabbitMqBroker both = broker_options();
  both.hosts.push_back(second_broker().hosts[0]);
  return both;
}

// The shared broker is away for the length of a scope.
struct FirstAway {
  FirstAway() { shared_broker().stop(); }
  ~FirstAway() { shared_broker().start(); }
};

}  // namespace

TEST_CASE("commands come from the next host when the broker in use dies, and what is stored at the first waits there") {
  auto options = fresh_commands();
  options.broker = both_brokers();
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, "first", "", "", "", true});
  client.send({"", options.queue, "kept", "", "", "", true});
  CHECK(source->accept(source->poll(patiently()).value().value(), patiently()));
  {
    const FirstAway away;
    const auto lost = source->poll(patiently());
    REQUIRE_FALSE(lost);
    CHECK(lost.error().code == ErrorCode::unavailable);
    const Context patience = patiently();
    while (!source->poll(Context::within(std::chrono::seconds(2))))
      REQUIRE(patience.check());  // it makes its queue there
    Client(second_broker()).send({"", options.queue, "second", "", "", "", true});
    const Command next = next_after_outage(*source);
    CHECK(next.body == "second");
    CHECK(source->accept(next, patiently()));
  }
  options.broker = broker_options();
  CHECK(next_after_outage(*open_source(options)).body == "kept");
}

TEST_CASE("events that the dying broker did not confirm are published to the next host, in their order") {
  auto options = fresh_events();
  options.broker = second_broker();
  open_sink(options);  // makes the exchange there
  Client listener(second_broker());
  listener.make_queue(options.exchange);
  options.broker = both_brokers();
  const auto sink = open_sink(options);
  Client at_first;
  at_first.make_queue(options.exchange);
  std::vector<Event> events;
  for (std::uint64_t i = 1; i <= 300; ++i) events.push_back(numbered(i));  // more than one window
  const auto began = sink->publish(std::span(events).first(1), patiently());
  INFO((began ? "" : began.error().describe()));
  REQUIRE(began);

  shared_broker().block();  // what is sent now is under way when it dies
  const auto blocked = sink->publish(std::span(events).subspan(1), Context::within(std::chrono::seconds(1)));
  const FirstAway away;
  CHECK_FALSE(blocked);
  publish_until_taken(*sink, std::span(events).subspan(1));
  std::vector<std::uint64_t> numbers;
  for (const auto& delivery : listener.receive_all()) numbers.push_back(parse_event(delivery.body).sequence);
  std::vector<std::uint64_t> wanted;
  for (std::uint64_t i = 2; i <= 300; ++i) wanted.push_back(i);
  CHECK(numbers == wanted);
}
