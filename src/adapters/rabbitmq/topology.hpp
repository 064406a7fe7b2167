// SPDX-License-Identifier: Apache-2.0
// The queues and exchanges that commands go through; docs/rabbitmq.md draws them. Used by one thread.
#pragma once

#include <string>

#include "adapters/rabbitmq/connection.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner::rabbitmq {

// The options with every name filled in, or the fault in them.
Result<RabbitMqCommandsOptions> completed(RabbitMqCommandsOptions options);

// Declares them all, or looks whether they are there; the name of this runner's own queue for control commands.
Result<std::string> prepare_queues(Connection& connection, const RabbitMqCommandsOptions& options,
                                   const Context& context);

Result<void> prepare_exchange(Connection& connection, const std::string& exchange, bool declare,
                              const Context& context);

// Where streams go: the queue, the exchange, and its binding to the queue, as far as `options` name them.
Result<void> prepare_streams(Connection& connection, const RabbitMqArtifactsOptions& options, bool declare,
                             const Context& context);

// How many deliveries may be on their way to a consumer that begins after this.
Result<void> set_prefetch(Connection& connection, std::uint16_t count, const Context& context);

// Begin and end without an answer: what is wrong with them ends the connection.
Result<void> begin_consumer(Connection& connection, const std::string& queue, const std::string& name,
                            const Context& context);
Result<void> end_consumer(Connection& connection, const std::string& name, const Context& context);

}  // namespace matchrunner::rabbitmq
