// SPDX-License-Identifier: Apache-2.0
// BareBroker: a connection to a broker that knows only rabbitmq-c, and publishes with confirms. One thread.
#pragma once

#include <amqp.h>

#include <functional>
#include <string>

namespace bench {

class BareBroker {
 public:
  explicit BareBroker(int port);
  ~BareBroker() { ::amqp_destroy_connection(state_); }
  BareBroker(const BareBroker&) = delete;
  BareBroker& operator=(const BareBroker&) = delete;

  // A queue that takes what comes to the exchange, which is made, and goes with the connection.
  void take_all_of(const std::string& exchange);

  // Returns once the broker has taken all of them; at most 256 are in flight.
  void publish(const std::string& exchange, const std::string& key, int count,
               const std::function<std::string(int)>& body);

 private:
  amqp_connection_state_t state_ = ::amqp_new_connection();
};

}  // namespace bench
