// SPDX-License-Identifier: Apache-2.0
#include "adapters/rabbitmq/topology.hpp"

#include <amqp_framing.h>

#include <vector>

#include "adapters/rabbitmq/failure.hpp"

namespace matchrunner::rabbitmq {
namespace {

constexpr std::int32_t most_deliveries = 20;  // of a command that no runner settles: it may be what ends them

amqp_table_entry_t entry(const char* name, std::string_view text) {
  amqp_table_entry_t made;
  made.key = ::amqp_cstring_bytes(name);
  made.value.kind = AMQP_FIELD_KIND_UTF8;
  made.value.value.bytes = bytes_of(text);
  return made;
}

amqp_table_entry_t entry(const char* name, std::int32_t number) {
  amqp_table_entry_t made;
  made.key = ::amqp_cstring_bytes(name);
  made.value.kind = AMQP_FIELD_KIND_I32;
  made.value.value.i32 = number;
  return made;
}

using Entries = std::vector<amqp_table_entry_t>;

Result<void> declare_queue(Connection& connection, const std::string& queue, bool declare, Entries entries,
                           const Context& context) {
  const amqp_table_t arguments{static_cast<int>(entries.size()), entries.data()};
  return connection.ask(
      "queue '" + queue + "'",
      [&](auto state, auto channel) {
        ::amqp_queue_declare(state, channel, bytes_of(queue), declare ? 0 : 1, 1, 0, 0, arguments);
      },
      context);
}

Result<void> declare_exchange(Connection& connection, const std::string& exchange, const char* type, bool declare,
                              const Context& context) {
  return connection.ask(
      "exchange '" + exchange + "'",
      [&](auto state, auto channel) {
        ::amqp_exchange_declare(state, channel, bytes_of(exchange), ::amqp_cstring_bytes(type), declare ? 0 : 1, 1, 0,
                                0, amqp_empty_table);
      },
      context);
}

Result<void> bind_queue(Connection& connection, const std::string& queue, const std::string& exchange,
                        const std::string& key, const Context& context) {
  return connection.ask(
      "binding of queue '" + queue + "' to exchange '" + exchange + "'",
      [&](auto state, auto channel) {
        ::amqp_queue_bind(state, channel, bytes_of(queue), bytes_of(exchange), bytes_of(key), amqp_empty_table);
      },
      context);
}

}  // namespace

Result<RabbitMqCommandsOptions> completed(RabbitMqCommandsOptions options) {
  if (auto checked = check_name("queue", options.queue); !checked) return checked.error();
  const auto usual = [&](std::string& name, const char* end) {
    if (name.empty()) name = options.queue + end;
  };
  usual(options.binding, "");
  usual(options.control_exchange, ".control");
  usual(options.waiting_queue, ".waiting");
  usual(options.dead_letter_queue, ".dead");
  for (const auto& [field, name] :
       {std::pair{"control", &options.control_exchange}, std::pair{"waiting", &options.waiting_queue},
        std::pair{"dead_letters", &options.dead_letter_queue}, std::pair{"binding", &options.binding}})
    if (auto checked = check_name(field, *name); !checked) return checked.error();
  if (options.prefetch == 0) return invalid("prefetch: expected 1 to 65535, found 0");
  return options;
}

Result<std::string> prepare_queues(Connection& connection, const RabbitMqCommandsOptions& options,
                                   const Context& context) {
  const bool quorum = options.type == RabbitMqQueueType::quorum;
  const Entries plain{entry("x-queue-type", quorum ? "quorum" : "classic")};
  Entries waiting = plain;
  waiting.push_back(entry("x-dead-letter-exchange", ""));
  waiting.push_back(entry("x-dead-letter-routing-key", options.dead_letter_queue));
  if (quorum) {  // what the queue of dead letters does not take now stays until it does
    waiting.push_back(entry("x-dead-letter-strategy", "at-least-once"));
    waiting.push_back(entry("x-overflow", "reject-publish"));
  }
  Entries front = waiting;
  if (quorum) front.push_back(entry("x-delivery-limit", most_deliveries));

  const bool declare = options.declare;
  if (declare)
    if (auto made = declare_queue(connection, options.dead_letter_queue, true, plain, context); !made)
      return made.error();
  if (auto made = declare_queue(connection, options.queue, declare, front, context); !made) return made.error();
  if (auto made = declare_queue(connection, options.waiting_queue, declare, waiting, context); !made)
    return made.error();
  if (!options.exchange.empty()) {
    if (auto made = declare_exchange(connection, options.exchange, "topic", declare, context); !made)
      return made.error();
    if (auto bound = bind_queue(connection, options.queue, options.exchange, options.binding, context); !bound)
      return bound.error();
  }
  if (auto made = declare_exchange(connection, options.control_exchange, "fanout", declare, context); !made)
    return made.error();

  std::string own;
  const auto made = connection.ask(
      "queue for control commands",
      [&](auto state, auto channel) {
        const auto* const answer = ::amqp_queue_declare(state, channel, amqp_empty_bytes, 0, 0, 1, 1, amqp_empty_table);
        if (answer != nullptr) own = text_of(answer->queue);
      },
      context);
  if (!made) return made.error();
  if (auto bound = bind_queue(connection, own, options.control_exchange, "", context); !bound) return bound.error();
  return own;
}

Result<void> prepare_exchange(Connection& connection, const std::string& exchange, bool declare,
                              const Context& context) {
  return declare_exchange(connection, exchange, "topic", declare, context);
}

Result<void> prepare_streams(Connection& connection, const RabbitMqArtifactsOptions& options, bool declare,
                             const Context& context) {
  if (!options.queue.empty())
    if (auto made = declare_queue(connection, options.queue, declare, {}, context); !made) return made;
  if (options.exchange.empty()) return {};
  if (auto made = declare_exchange(connection, options.exchange, "topic", declare, context); !made) return made;
  if (options.queue.empty() || !options.declare) return {};
  return bind_queue(connection, options.queue, options.exchange, options.queue, context);
}

Result<void> set_prefetch(Connection& connection, std::uint16_t count, const Context& context) {
  return connection.ask(
      "prefetch", [count](auto state, auto channel) { ::amqp_basic_qos(state, channel, 0, count, 0); }, context);
}

Result<void> begin_consumer(Connection& connection, const std::string& queue, const std::string& name,
                            const Context& context) {
  amqp_basic_consume_t method{0, bytes_of(queue), bytes_of(name), 0, 0, 0, 0, amqp_empty_table};
  return connection.tell(AMQP_BASIC_CONSUME_METHOD, &method, context);
}

Result<void> end_consumer(Connection& connection, const std::string& name, const Context& context) {
  amqp_basic_cancel_t method{bytes_of(name), 1};
  return connection.tell(AMQP_BASIC_CANCEL_METHOD, &method, context);
}

}  // namespace matchrunner::rabbitmq
