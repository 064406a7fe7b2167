// SPDX-License-Identifier: Apache-2.0
// StreamChannel: the connection that all writers of one sink share, and how much of each stream the broker has
// confirmed. Used by one thread at a time.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "adapters/rabbitmq/connection.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner::rabbitmq {

// How far one stream is.
struct StreamProgress {
  std::uint64_t sent = 0;       // bytes that were published
  std::uint64_t confirmed = 0;  // bytes, from the first on, that the broker has taken
  std::size_t in_flight = 0;    // messages
  std::optional<Error> broken;  // why no more of it can be sent by this writer
};

class StreamChannel {
 public:
  StreamChannel(Address address, RabbitMqArtifactsOptions options)
      : address_(std::move(address)), options_(std::move(options)) {}

  // Connects, and sees to queue and exchange, where there is no connection.
  Result<void> connect(const Context& context);

  // Publishes a part of a stream, whose bytes end at `end`; waits only while the window is full. An error is the end of
  // the stream.
  Result<void> send(const std::shared_ptr<StreamProgress>& stream, Message message, std::uint64_t end,
                    const Context& context);

  // Takes what the broker has said meanwhile, and keeps the heartbeat.
  Result<void> tend(const StreamProgress& stream);

  // Returns once the broker has confirmed all that was sent of it.
  Result<void> settle(StreamProgress& stream, const Context& context);

  const RabbitMqArtifactsOptions& options() const { return options_; }
  std::string uri() const;  // where its streams are, without a secret

 private:
  struct InFlight {
    std::uint64_t number = 0;
    std::shared_ptr<StreamProgress> stream;
    std::uint64_t end = 0;
    std::string message_id;
    bool settled = false;
  };

  Result<void> look(const std::optional<Context>& context);
  Result<void> note(const Confirm& confirm);
  void note(const Returned& returned);
  void lose(const Error& error);

  const Address address_;
  const RabbitMqArtifactsOptions options_;
  std::unique_ptr<Connection> connection_;
  std::deque<InFlight> in_flight_;
};

}  // namespace matchrunner::rabbitmq
