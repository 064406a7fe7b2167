// SPDX-License-Identifier: Apache-2.0
// Connection: one to a broker, with one channel in confirm mode, over rabbitmq-c. Used by one thread. After any error
// but `timeout` of next() and ready() it is of no further use.
#pragma once

#include <amqp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/rabbitmq/address.hpp"
#include "adapters/rabbitmq/frame_reader.hpp"
#include "adapters/rabbitmq/message.hpp"
#include "matchrunner/base/context.hpp"

namespace matchrunner::rabbitmq {

class Connection {
 public:
  // To the first node that answers. The error is that of the last one asked; wrong credentials end the search.
  static Result<std::unique_ptr<Connection>> open(const Address& address, const std::string& purpose,
                                                  const Context& context);

  // What the broker sends next; nothing: the context's deadline passed first. Keeps the heartbeat.
  Result<std::optional<Incoming>> next(const Context& context);

  // Sends it; its number for the Confirm. Blocks while the broker reads nothing.
  Result<std::uint64_t> publish(const Message& message, const Context& context);

  // `all_before`: and every delivery before it that is not settled.
  Result<void> acknowledge(std::uint64_t delivery, bool all_before, const Context& context);
  Result<void> reject(std::uint64_t delivery, bool again, const Context& context);

  // A call that the broker answers. `call` uses the state and channel it gets and one function of amqp_framing.h.
  using Call = std::function<void(amqp_connection_state_t state, amqp_channel_t channel)>;
  Result<void> ask(const std::string& what, const Call& call, const Context& context);

  // A method that is not answered: `method` is the struct of amqp_framing.h that belongs to `id`.
  Result<void> tell(amqp_method_number_t id, void* method, const Context& context);

  // Of this connection alone: deliveries of another mean nothing here.
  const std::string& id() const { return id_; }
  const std::string& shown() const { return shown_; }

  // Why the broker takes no messages now; empty: it does.
  const std::string& blocked() const { return reader_.blocked(); }

 private:
  struct Free {
    void operator()(amqp_connection_state_t state) const;
  };
  using State = std::unique_ptr<std::remove_pointer_t<amqp_connection_state_t>, Free>;

  explicit Connection(std::string shown);

  Result<void> connect(const Address& address, const Node& node, const std::string& purpose, const Context& context);
  Result<void> log_in(const Address& address, const std::string& purpose, const Context& context);
  Result<void> ready(const Context& context);

  const std::string id_;
  const std::string shown_;
  State state_;
  FrameReader reader_;
  milliseconds beat_{1000};  // how long to wait at most before the heartbeat is looked after
  std::uint64_t published_ = 0;
};

}  // namespace matchrunner::rabbitmq
