// SPDX-License-Identifier: Apache-2.0
#include "rabbitmq/broker.hpp"

#include <amqp_framing.h>

#include <thread>

#include "adapters/rabbitmq/failure.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "base/digest.hpp"

namespace matchrunner {
namespace {

template <class Port>
std::shared_ptr<Port> opened(Result<std::shared_ptr<Port>> port) {
  INFO((port ? "" : port.error().describe()));
  REQUIRE(port);
  return *std::move(port);
}

}  // namespace

RabbitMqServer& shared_broker() {
  static RabbitMqServer broker;
  return broker;
}

RabbitMqBroker broker_options() {
  RabbitMqBroker broker;
  broker.hosts = {shared_broker().host()};
  broker.user = "test";
  broker.password = "testing";
  return broker;
}

RabbitMqCommandsOptions fresh_commands() {
  RabbitMqCommandsOptions options;
  options.broker = broker_options();
  options.queue = "q-" + random_hex(6);
  return options;
}

RabbitMqEventsOptions fresh_events() {
  RabbitMqEventsOptions options;
  options.broker = broker_options();
  options.exchange = "x-" + random_hex(6);
  return options;
}

std::shared_ptr<CommandSource> open_source(const RabbitMqCommandsOptions& options) {
  return opened(make_rabbitmq_commands(options));
}
std::shared_ptr<EventSink> open_sink(const RabbitMqEventsOptions& options) {
  return opened(make_rabbitmq_events(options));
}

Event numbered(std::uint64_t sequence, std::size_t size) {
  Event event;
  event.sequence = sequence;
  event.kind = "match";
  event.subject = "m1";
  event.type = "progress";
  event.body = "{\"text\":\"" + std::string(size, 'x') + "\"}";
  return event;
}

void publish_until_taken(EventSink& sink, std::span<const Event> events) {
  const Context patience = patiently();
  while (true) {
    const auto taken = sink.publish(events, Context::within(std::chrono::seconds(10)));
    if (taken) return;
    INFO(taken.error().describe());
    REQUIRE((taken.error().code == ErrorCode::unavailable || taken.error().code == ErrorCode::timeout));
    REQUIRE(patience.check());
    std::this_thread::sleep_for(milliseconds(50));
  }
}

Command next_after_outage(CommandSource& source) {
  const Context patience = patiently();
  while (true) {
    const auto command = source.poll(Context::within(std::chrono::seconds(5)));
    if (command && *command) return **command;
    if (!command) {
      INFO(command.error().describe());
      REQUIRE(command.error().code == ErrorCode::unavailable);
    }
    REQUIRE(patience.check());
    std::this_thread::sleep_for(milliseconds(50));
  }
}

// A test that waits for something else sends no heartbeat meanwhile.
Client::Client(RabbitMqBroker broker) {
  broker.heartbeat_seconds = 3600;
  auto made = rabbitmq::Connection::open(rabbitmq::Address::of(broker).value(), "matchrunner test", patiently());
  INFO((made ? "" : made.error().describe()));
  REQUIRE(made);
  connection_ = *std::move(made);
}

std::string Client::make_queue(const std::string& exchange) {
  const std::string queue = make_queue_without_consumer(exchange);
  consume(queue);
  return queue;
}

std::string Client::make_queue_without_consumer(const std::string& exchange) {
  std::string queue;
  const auto made = connection_->ask(
      "queue",
      [&](auto state, auto channel) {
        const auto* const answer = ::amqp_queue_declare(state, channel, amqp_empty_bytes, 0, 0, 1, 1, amqp_empty_table);
        if (answer != nullptr) queue = rabbitmq::text_of(answer->queue);
        if (exchange.empty()) return;
        ::amqp_queue_bind(state, channel, rabbitmq::bytes_of(queue), rabbitmq::bytes_of(exchange),
                          ::amqp_cstring_bytes("#"), amqp_empty_table);
      },
      patiently());
  INFO((made ? "" : made.error().describe()));
  REQUIRE(made);
  return queue;
}

void Client::consume(const std::string& queue) {
  REQUIRE(rabbitmq::begin_consumer(*connection_, queue, queue, patiently()));
}

void Client::send(const rabbitmq::Message& message) {
  const auto number = connection_->publish(message, patiently());
  REQUIRE(number);
  while (true) {
    const auto incoming = connection_->next(patiently());
    INFO((incoming ? "" : incoming.error().describe()));
    REQUIRE(incoming);
    REQUIRE(*incoming);
    if (const auto* const delivery = std::get_if<rabbitmq::Delivery>(&**incoming)) early_.push_back(*delivery);
    const auto* const confirm = std::get_if<rabbitmq::Confirm>(&**incoming);
    if (confirm != nullptr && confirm->number >= *number) return;
  }
}

rabbitmq::Delivery Client::receive() {
  while (true) {
    if (!early_.empty()) {
      auto first = early_.front();
      early_.erase(early_.begin());
      REQUIRE(connection_->acknowledge(first.tag, false, patiently()));
      return first;
    }
    const auto incoming = connection_->next(patiently());
    INFO((incoming ? "" : incoming.error().describe()));
    REQUIRE(incoming);
    REQUIRE(*incoming);
    if (const auto* const delivery = std::get_if<rabbitmq::Delivery>(&**incoming)) early_.push_back(*delivery);
  }
}

std::vector<rabbitmq::Delivery> Client::receive_all() {
  while (true) {
    const auto incoming = connection_->next(shortly());
    REQUIRE(incoming);
    if (!*incoming) break;
    if (const auto* const delivery = std::get_if<rabbitmq::Delivery>(&**incoming)) {
      REQUIRE(connection_->acknowledge(delivery->tag, false, patiently()));
      early_.push_back(*delivery);
    }
  }
  return std::exchange(early_, {});
}

std::uint32_t Client::ready(const std::string& queue) {
  std::uint32_t count = 0;
  REQUIRE(connection_->ask(
      "queue",
      [&](auto state, auto channel) {
        const auto* const answer =
            ::amqp_queue_declare(state, channel, rabbitmq::bytes_of(queue), 1, 0, 0, 0, amqp_empty_table);
        if (answer != nullptr) count = answer->message_count;
      },
      patiently()));
  return count;
}

}  // namespace matchrunner
