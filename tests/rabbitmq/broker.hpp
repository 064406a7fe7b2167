// SPDX-License-Identifier: Apache-2.0
// The broker of this program's tests, names that nothing has used yet, and a client that looks at it from outside.
// For one thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"
#include "catch.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "servers/rabbitmq.hpp"

namespace matchrunner {

RabbitMqServer& shared_broker();
RabbitMqBroker broker_options();

// Queue "q-RANDOM" and exchange "x-RANDOM".
RabbitMqCommandsOptions fresh_commands();
RabbitMqEventsOptions fresh_events();

std::shared_ptr<CommandSource> open_source(const RabbitMqCommandsOptions& options);
std::shared_ptr<EventSink> open_sink(const RabbitMqEventsOptions& options);

inline Context patiently() { return Context::within(std::chrono::minutes(1)); }
inline Context shortly() { return Context::within(milliseconds(300)); }

// An event of the match "m1" whose text is that long.
Event numbered(std::uint64_t sequence, std::size_t size = 10);

// As the outbox: again and again, until they are taken. Every error on the way is that nobody is there.
void publish_until_taken(EventSink& sink, std::span<const Event> events);

// As the intake: the next command that comes, over errors that nobody is there.
Command next_after_outage(CommandSource& source);

// A connection beside those of the adapters.
class Client {
 public:
  explicit Client(RabbitMqBroker broker = broker_options());

  // A queue of its own, gone with it; bound to the exchange for all of it when one is named.
  std::string make_queue(const std::string& exchange = "");
  std::string make_queue_without_consumer(const std::string& exchange = "");
  void consume(const std::string& queue);

  // Returns once the broker has taken it.
  void send(const rabbitmq::Message& message);

  // The next delivery, acknowledged; fails the test when none comes.
  rabbitmq::Delivery receive();
  // All that come until nothing has come for a while.
  std::vector<rabbitmq::Delivery> receive_all();

  // How many messages the queue holds ready.
  std::uint32_t ready(const std::string& queue);

 private:
  std::unique_ptr<rabbitmq::Connection> connection_;
  std::vector<rabbitmq::Delivery> early_;
};

}  // namespace matchrunner
