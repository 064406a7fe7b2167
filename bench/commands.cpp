// SPDX-License-Identifier: Apache-2.0
// Run commands a second that a runner takes from a queue of a broker: consumed, stored with their answer in SQLite
// durably, and acknowledged. None of their matches is started. The store is made in the current folder.
//   commands PORT COUNT
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "bare_broker.hpp"
#include "base/digest.hpp"
#include "matchrunner/adapters/rabbitmq.hpp"
#include "matchrunner/adapters/sqlite.hpp"
#include "matchrunner/runner.hpp"
#include "must.hpp"

using namespace matchrunner;
using bench::fail;
using bench::must;

namespace {

std::string command(int number) {
  return R"({"command":"run","data":{"id":"m)" + std::to_string(number) +
         R"(","game":{"name":"solo","wiring":"none","seats":[{"name":"red","custom":{},"arguments":[")" +
         std::string(400, 'x') + R"("]}]}}})";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int count = std::atoi(argv[2]);
  RabbitMqCommandsOptions source;
  source.broker.hosts = {std::string("127.0.0.1:") + argv[1]};
  source.broker.user = "test";
  source.broker.password = "testing";
  source.queue = "bench-" + random_hex(4);
  must(make_rabbitmq_commands(source));  // makes the queue
  bench::BareBroker(std::atoi(argv[1])).publish("", source.queue, count, command);

  RunnerOptions options;
  options.store = must(make_sqlite_store({.path = "commands.db"}));
  options.spool_folder = std::filesystem::absolute("spool").string();
  options.slots = 1;
  options.workers = 0;
  options.backlog = static_cast<std::uint32_t>(count);
  options.sources = {must(make_rabbitmq_commands(source))};
  const auto start = std::chrono::steady_clock::now();
  const auto runner = must(Runner::open(options));
  const auto events = must(runner->events({}));
  for (int answered = 0; answered < count;) {
    const auto event = must(events->next(Context::within(std::chrono::minutes(1))));
    if (!event) fail("commands are left");
    if (event->type == "reply") ++answered;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  must(runner->close(std::chrono::seconds(10)));
  std::printf("%.1f\n", count / took.count());
  return 0;
}
