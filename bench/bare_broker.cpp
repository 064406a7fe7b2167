// SPDX-License-Identifier: Apache-2.0
#include "bare_broker.hpp"

#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

#include <algorithm>
#include <cstdint>

#include "must.hpp"

namespace bench {
namespace {

constexpr int window = 256;
constexpr amqp_channel_t only_channel = 1;

amqp_bytes_t bytes_of(const std::string& text) { return {text.size(), const_cast<char*>(text.data())}; }

}  // namespace

BareBroker::BareBroker(int port) {
  amqp_socket_t* const socket = ::amqp_tcp_socket_new(state_);
  if (::amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) fail("no broker");
  ::amqp_login(state_, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "test", "testing");
  ::amqp_channel_open(state_, only_channel);
  ::amqp_confirm_select(state_, only_channel);
  if (::amqp_get_rpc_reply(state_).reply_type != AMQP_RESPONSE_NORMAL) fail("no channel");
}

void BareBroker::take_all_of(const std::string& exchange) {
  const amqp_bytes_t name = bytes_of(exchange);
  ::amqp_exchange_declare(state_, only_channel, name, ::amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
  const auto* const made = ::amqp_queue_declare(state_, only_channel, name, 0, 1, 1, 0, amqp_empty_table);
  if (made == nullptr) fail("no queue");
  ::amqp_queue_bind(state_, only_channel, made->queue, name, ::amqp_cstring_bytes("#"), amqp_empty_table);
  if (::amqp_get_rpc_reply(state_).reply_type != AMQP_RESPONSE_NORMAL) fail("no binding");
}

void BareBroker::publish(const std::string& exchange, const std::string& key, int count,
                         const std::function<std::string(int)>& body) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_REPLY_TO_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.reply_to = ::amqp_cstring_bytes("nobody");
  std::uint64_t confirmed = 0;
  const auto total = static_cast<std::uint64_t>(count);
  for (std::uint64_t sent = 0; confirmed < total;) {
    while (sent < total && sent - confirmed < window) {
      const std::string text = body(static_cast<int>(sent));
      if (::amqp_basic_publish(state_, only_channel, bytes_of(exchange), bytes_of(key), 1, 0, &properties,
                               bytes_of(text)) != AMQP_STATUS_OK)
        fail("publish");
      ++sent;
    }
    amqp_frame_t frame;
    ::amqp_maybe_release_buffers(state_);
    if (::amqp_simple_wait_frame(state_, &frame) != AMQP_STATUS_OK) fail("wait");
    if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD) continue;
    const auto& ack = *static_cast<const amqp_basic_ack_t*>(frame.payload.method.decoded);
    confirmed = ack.multiple != 0 ? std::max(confirmed, ack.delivery_tag) : confirmed + 1;
  }
}

}  // namespace bench
