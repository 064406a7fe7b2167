// SPDX-License-Identifier: Apache-2.0
// A broker that dies, holds still or takes no messages.
#include <thread>

#include "event_line.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

TEST_CASE("a broker that is killed and comes back loses no command and no event") {
  RabbitMqServer& broker = shared_broker();
  const auto commands = fresh_commands();
  const auto events = fresh_events();
  const auto source = open_source(commands);
  const auto sink = open_sink(events);
  Client client;
  client.send({"", commands.queue, "kept", "", "", "", true});
  client.send({"", commands.queue, "unsettled", "", "", "", true});
  CHECK(source->accept(source->poll(patiently()).value().value(), patiently()));
  const Command unsettled = source->poll(patiently()).value().value();
  CHECK_FALSE(source->poll(shortly()).value());  // time for the broker to write down what was accepted

  broker.stop();
  const auto away = source->poll(Context::within(std::chrono::seconds(2)));
  REQUIRE_FALSE(away);
  CHECK(away.error().code == ErrorCode::unavailable);
  CHECK(away.error().message.find(commands.broker.hosts[0]) != std::string::npos);
  CHECK(source->accept(unsettled, patiently()).error().code == ErrorCode::unavailable);
  const Event one = numbered(1);
  CHECK(sink->publish({&one, 1}, patiently()).error().code == ErrorCode::unavailable);
  const auto opened = make_rabbitmq_commands(commands);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::unavailable);
  broker.start();

  const Command again = next_after_outage(*source);
  CHECK(again.body == "unsettled");
  CHECK(again.delivery != unsettled.delivery);
  CHECK(source->accept(again, patiently()));
  CHECK_FALSE(source->poll(shortly()).value());
  Client later;
  later.make_queue(events.exchange);  // the exchange is durable
  publish_until_taken(*sink, {&one, 1});
  CHECK(parse_event(later.receive().body).sequence == 1);
}

// A quorum queue keeps all messages: only a classic one shows which were sent to be kept.
TEST_CASE("an event and a reply that a durable queue has taken are there after the broker was killed") {
  const auto events = fresh_events();
  auto queue = fresh_commands();
  queue.type = RabbitMqQueueType::classic;
  queue.exchange = events.exchange;
  queue.binding = "#";
  open_source(queue);  // makes the queue
  Event reply = numbered(2);
  reply.body = R"({"reply": {"reply_to": ")" + queue.queue + R"(", "correlation_id": "asked"}})";
  const std::vector<Event> both{numbered(1), reply};
  CHECK(open_sink(events)->publish(both, patiently()).value() == 2);
  shared_broker().stop();
  shared_broker().start();
  Client client;
  CHECK(client.ready(queue.queue) == 3);  // the event of the reply, too
  client.consume(queue.queue);
  CHECK(parse_event(client.receive().body).sequence == 1);
  CHECK(parse_event(client.receive().body).sequence == 2);
  CHECK(client.receive().correlation_id == "asked");
}

TEST_CASE("a queue that begins no consumer is told, and used as soon as it is back") {
  RabbitMqServer& broker = shared_broker();
  auto options = fresh_commands();
  options.broker.connect_timeout = std::chrono::seconds(2);
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, "first", "", "", "", true});
  CHECK(source->defer(source->poll(patiently()).value().value(), patiently()));
  const std::string leader = "'%2F_" + options.queue + ".waiting'";
  broker.control("eval sys:suspend(" + leader + ").");
  source->resume();
  const auto stuck = source->poll(patiently());
  broker.control("eval sys:resume(" + leader + ").");
  REQUIRE_FALSE(stuck);
  CHECK(stuck.error().code == ErrorCode::unavailable);
  CHECK(stuck.error().message.find("begins no consumer of the waiting queue") != std::string::npos);
  CHECK(next_after_outage(*source).body == "first");
}

TEST_CASE("a broker that holds still: deadline and stop end every call") {
  RabbitMqServer& broker = shared_broker();
  const auto commands = fresh_commands();
  const auto source = open_source(commands);
  const auto sink = open_sink(fresh_events());
  Client client;
  client.send({"", commands.queue, "{}", "", "", "", true});
  const Command command = source->poll(patiently()).value().value();
  const Event large = numbered(1, 8 << 20);  // more than the sockets take
  broker.pause();
  const auto began = Clock::now();
  const auto published = sink->publish({&large, 1}, shortly());
  const auto deferred = source->defer(command, shortly());
  std::stop_source stop;
  std::thread stopper([&stop] {
    std::this_thread::sleep_for(milliseconds(200));
    stop.request_stop();
  });
  const auto opened = source->poll(Context::within(std::chrono::minutes(10), stop.get_token()));
  stopper.join();
  const auto took = Clock::now() - began;
  broker.resume();
  CHECK(took < std::chrono::minutes(5));
  REQUIRE_FALSE(published);
  REQUIRE_FALSE(opened);
  CHECK(published.error().code == ErrorCode::timeout);
  CHECK_FALSE(deferred);
  CHECK(opened.error().code == ErrorCode::cancelled);
  CHECK(next_after_outage(*source).body == "{}");
}

TEST_CASE("a broker that takes no messages says why, and gets them later") {
  RabbitMqServer& broker = shared_broker();
  const auto options = fresh_events();
  const auto sink = open_sink(options);
  Client client;
  client.make_queue(options.exchange);
  const Event first = numbered(1);
  broker.block();
  const auto blocked = sink->publish({&first, 1}, Context::within(std::chrono::seconds(2)));
  broker.unblock();
  REQUIRE_FALSE(blocked);
  CHECK(blocked.error().code == ErrorCode::timeout);
  CHECK(blocked.error().message.find("takes no messages: low on memory") != std::string::npos);
  publish_until_taken(*sink, {&first, 1});
  CHECK(parse_event(client.receive().body).sequence == 1);
}

TEST_CASE("a connection that only waits keeps its heartbeat") {
  auto options = fresh_commands();
  options.broker.heartbeat_seconds = 1;
  const auto source = open_source(options);
  const auto quiet = source->poll(Context::within(std::chrono::seconds(5)));
  INFO((quiet ? "" : quiet.error().describe()));
  CHECK(quiet);
  Client().send({"", options.queue, "{}", "", "", "", true});
  CHECK(source->accept(source->poll(patiently()).value().value(), patiently()));

  // A broker that holds still is noticed by it.
  shared_broker().pause();
  const auto gone = source->poll(Context::within(std::chrono::seconds(20)));
  shared_broker().resume();
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::unavailable);
}
