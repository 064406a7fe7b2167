// SPDX-License-Identifier: Apache-2.0
// Address: which nodes a connection may go to and how it proves who it is, checked and complete. A value.
#pragma once

#include <string>
#include <vector>

#include "matchrunner/adapters/rabbitmq.hpp"

namespace matchrunner::rabbitmq {

struct Node {
  std::string host;
  int port = 0;
};

struct Address {
  // With what the environment says of user and password. `invalid_argument` names the option.
  static Result<Address> of(const RabbitMqBroker& broker);

  // "amqp://user@host:5672/vhost": no secret.
  std::string shown(const Node& node) const;

  RabbitMqBroker broker;  // user, password and ca_file filled in
  std::vector<Node> nodes;
};

// `invalid_argument`, of what the caller gave: "field: expected ..., found ...".
Error invalid(const std::string& message);

// `invalid_argument` unless `name` may be one of a queue or exchange.
Result<void> check_name(const char* field, const std::string& name);

}  // namespace matchrunner::rabbitmq
