// SPDX-License-Identifier: Apache-2.0
// What goes over a connection: messages to send, and what the broker brings. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace matchrunner::rabbitmq {

struct Header {
  std::string name;
  std::variant<std::string, std::int64_t, bool> value;
};

// To be published.
struct Message {
  std::string exchange;     // empty: the default one, which knows every queue by its name
  std::string routing_key;  // at most 255 bytes
  std::string body;
  std::string reply_to = {};
  std::string correlation_id = {};
  std::string message_id = {};
  bool mandatory = false;  // returned when no queue takes it
  bool persistent = true;
  std::string expiration = {};  // milliseconds in a queue, then it is gone; empty: it stays
  const char* content_type = "application/json";
  std::vector<Header> headers = {};
};

struct Delivery {
  std::string consumer;
  std::uint64_t tag = 0;
  std::string body;
  std::string reply_to;
  std::string correlation_id;
  std::string message_id;
};

// The broker has, or has not, taken what was published under this number: 1, 2, ... in a connection.
struct Confirm {
  std::uint64_t number = 0;
  bool multiple = false;  // and all before it
  bool taken = true;
};

// No queue took it; its Confirm follows.
struct Returned {
  int code = 0;
  std::string text;
  std::string exchange;
  std::string routing_key;
  std::string message_id;
};

// A consumer has its queue: messages of it may come.
struct Begun {
  std::string consumer;
};

// A consumer was ended by the broker: its queue is gone, or moved to another node.
struct Ended {
  std::string consumer;
};

using Incoming = std::variant<Delivery, Confirm, Returned, Begun, Ended>;

}  // namespace matchrunner::rabbitmq
