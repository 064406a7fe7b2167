// SPDX-License-Identifier: Apache-2.0
// Messages of 1 kB a second that a broker has confirmed: by a runner's sink, in batches as the outbox offers them, and
// by nothing but rabbitmq-c, with as many in flight.
//   confirmed sink|bare PORT COUNT
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "bare_broker.hpp"
#include "base/digest.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

constexpr int window = 256;
constexpr std::size_t offered_at_once = 512;  // as an outbox does

std::vector<Event> batch() {
  std::vector<Event> events(offered_at_once);
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
  bench::BareBroker bare(std::atoi(argv[2]));
  bare.take_all_of(exchange);
  std::function<void()> once = [&] {
    bare.publish(exchange, "match.progress", count, [](int) { return std::string(1000, 'x'); });
  };
  if (std::strcmp(argv[1], "sink") == 0) {
    RabbitMqEventsOptions options;
    options.broker.hosts = {std::string("127.0.0.1:") + argv[2]};
    options.broker.user = "test";
    options.broker.password = "testing";
    options.exchange = exchange;
    options.window = window;
    once = [sink = must(make_rabbitmq_events(options)), events = batch(), count] { publish_all(*sink, events, count); };
  }
  const auto start = std::chrono::steady_clock::now();
  once();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%.1f\n", count / took.count());
  return 0;
}
