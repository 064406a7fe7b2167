// SPDX-License-Identifier: Apache-2.0
// Messages of 1 kB a second that a broker has confirmed: by a runner's sink, in batches as the outbox offers them, and
// by nothing but rabbitmq-c, with as many in flight.
//   confirmed sink|bare PORT COUNT
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

constexpr int window = 256;
constexpr amqp_channel_t only_channel = 1;

// One that knows only rabbitmq-c; its queue takes what comes to the exchange, and goes with it.
class Bare {
 public:
  Bare(int port, std::string exchange) : exchange_(std::move(exchange)) {
    amqp_socket_t* const socket = ::amqp_tcp_socket_new(state_);
    if (::amqp_socket_open(socket, "127.0.0.1", port) != AMQP_STATUS_OK) fail("no broker");
    ::amqp_login(state_, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "test", "testing");
    ::amqp_channel_open(state_, only_channel);
    ::amqp_confirm_select(state_, only_channel);
    ::amqp_exchange_declare(state_, only_channel, ::amqp_cstring_bytes(exchange_.c_str()),
                            ::amqp_cstring_bytes("topic"), 0, 1, 0, 0, amqp_empty_table);
    const auto* const made = ::amqp_queue_declare(state_, only_channel, ::amqp_cstring_bytes(exchange_.c_str()), 0, 1,
                                                  1, 0, amqp_empty_table);
    if (made == nullptr) fail("no queue");
    ::amqp_queue_bind(state_, only_channel, made->queue, ::amqp_cstring_bytes(exchange_.c_str()),
                      ::amqp_cstring_bytes("#"), amqp_empty_table);
    if (::amqp_get_rpc_reply(state_).reply_type != AMQP_RESPONSE_NORMAL) fail("no binding");
  }
  ~Bare() { ::amqp_destroy_connection(state_); }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  void publish(const std::string& body, int count) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    std::uint64_t confirmed = 0;
    const auto total = static_cast<std::uint64_t>(count);
    for (std::uint64_t sent = 0; confirmed < total;) {
      while (sent < total && sent - confirmed < window) {
        if (::amqp_basic_publish(state_, only_channel, ::amqp_cstring_bytes(exchange_.c_str()),
                                 ::amqp_cstring_bytes("match.progress"), 1, 0, &properties,
                                 {body.size(), const_cast<char*>(body.data())}) != AMQP_STATUS_OK)
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

 private:
  const std::string exchange_;
  amqp_connection_state_t state_ = ::amqp_new_connection();
};

std::vector<Event> batch() {
  std::vector<Event> events(window);
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].sequence = i + 1;
    events[i].kind = "match";
    events[i].subject = "m1";
    events[i].type = "progress";
    events[i].body = "{\"text\":\"" + std::string(850, 'x') + "\"}";
  }
  return events;
}

void publish_all(EventSink& sink, std::span<const Event> events, int count) {
  while (count > 0) {
    const std::size_t offered = std::min(events.size(), static_cast<std::size_t>(count));
    count -= static_cast<int>(must(sink.publish(events.first(offered), {})));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const int count = std::atoi(argv[3]);
  const std::string exchange = "bench-" + random_hex(4);
  Bare bare(std::atoi(argv[2]), exchange);
  std::function<void()> once = [&, body = std::string(1000, 'x')] { bare.publish(body, count); };
  if (std::strcmp(argv[1], "sink") == 0) {
    RabbitMqEventsOptions options;
    options.broker.hosts = {std::string("127.0.0.1:") + argv[2]};
    options.broker.user = "test";
    options.broker.password = "testing";
    options.exchange = exchange;
    once = [sink = must(make_rabbitmq_events(options)), events = batch(), count] { publish_all(*sink, events, count); };
  }
  const auto start = std::chrono::steady_clock::now();
  once();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.1f\n", count / took.count());
  return 0;
}
