// SPDX-License-Identifier: Apache-2.0
// CommandSource, EventSink and ArtifactSink on RabbitMQ (AMQP 0-9-1). Each has a connection of its own, which it makes
// again when it is lost; docs/rabbitmq.md says what is promised then. Each is used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "matchrunner/ports/artifact_sink.hpp"
#include "matchrunner/ports/command_source.hpp"
#include "matchrunner/ports/event_sink.hpp"

namespace matchrunner {

struct RabbitMqBroker {
  std::vector<std::string> hosts;  // "HOST[:PORT]" of each node of a cluster; the first that answers is used
  bool tls = false;
  std::string virtual_host = "/";
  std::string user;                      // empty: RABBITMQ_USER, or else guest
  std::string password;                  // empty: RABBITMQ_PASS, or else guest
  std::string ca_file;                   // PEM, of the broker's certificate; empty: the system's
  std::string certificate_file;          // PEM, to show to the broker; empty: none
  std::string key_file;                  // ... and its key
  std::uint32_t heartbeat_seconds = 20;  // a peer that says nothing for twice as long is gone
  milliseconds connect_timeout{5'000};   // of each host
};

enum class RabbitMqQueueType : unsigned char { quorum, classic };  // both durable

struct RabbitMqCommandsOptions {
  RabbitMqBroker broker;
  std::string queue;     // that commands come from
  std::string exchange;  // the queue is bound to it by `binding`; empty: no binding
  std::string binding;   // empty: the queue's name
  RabbitMqQueueType type = RabbitMqQueueType::quorum;
  bool declare = true;  // false: everything is there already, and the broker's rules say where dead letters go
  // Empty: the queue's name with ".control" (fan-out exchange), ".waiting" and ".dead" (queues).
  std::string control_exchange;
  std::string waiting_queue;
  std::string dead_letter_queue;
  std::uint16_t prefetch = 128;  // more than are stored at once, so that some come meanwhile
};

struct RabbitMqEventsOptions {
  RabbitMqBroker broker;
  std::string exchange;              // topic exchange for all events, by "kind.type"; empty: replies only
  bool declare = true;               // the exchange, durable
  bool mandatory = true;             // an event that no queue takes is an error, and waits; replies are dropped then
  std::uint32_t window = 1000;       // messages in flight
  std::uint32_t replies_expire = 0;  // seconds that a reply stays in its queue; 0: until somebody takes it
};

// Artifacts as streams of messages, while they grow: for whoever listens, not to be kept.
struct RabbitMqArtifactsOptions {
  RabbitMqBroker broker;
  std::string exchange;       // empty: the default one, which needs a queue
  std::string queue;          // also the routing key; empty: by "MATCH.NAME", each '/' of the name a '.'
  bool declare = true;        // what is missing is made, durable: a topic exchange, a classic queue that is bound to it
  bool mandatory = true;      // a chunk that no queue takes is an error
  std::uint32_t window = 64;  // messages in flight
};

// Connects. `invalid_argument`: an option; `unavailable`: no host answers; `permission_denied`: user, password,
// certificate or a right; `not_found`: virtual host, or what must be there with `declare` false; `conflict`: the queue
// or exchange is of another kind.
Result<std::shared_ptr<CommandSource>> make_rabbitmq_commands(const RabbitMqCommandsOptions& options);
Result<std::shared_ptr<EventSink>> make_rabbitmq_events(const RabbitMqEventsOptions& options);
Result<std::shared_ptr<ArtifactSink>> make_rabbitmq_artifacts(const RabbitMqArtifactsOptions& options);

}  // namespace matchrunner
