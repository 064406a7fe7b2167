// SPDX-License-Identifier: Apache-2.0
// What cannot be: each is one clear line, with no secret in it.
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/unique_fd.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

Error refused(const RabbitMqCommandsOptions& options) {
  const auto source = make_rabbitmq_commands(options);
  REQUIRE_FALSE(source);
  const std::string line = source.error().describe();
  INFO(line);
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find(options.broker.password) == std::string::npos);
  return source.error();
}

}  // namespace

TEST_CASE("a wrong password, a host that is not there, one where nothing listens") {
  auto options = fresh_commands();
  options.broker.password = "hush-hush";
  const Error wrong = refused(options);
  CHECK(wrong.code == ErrorCode::permission_denied);
  CHECK(wrong.message.find("amqp://test@" + options.broker.hosts[0] + "/: 403 ACCESS_REFUSED") == 0);

  options = fresh_commands();
  options.broker.hosts = {"127.0.0.1:1"};
  const Error nobody = refused(options);
  CHECK(nobody.code == ErrorCode::unavailable);
  CHECK(nobody.describe() == "rabbitmq: amqp://test@127.0.0.1:1/: cannot connect: a socket error occurred");

  options.broker.hosts = {"no.such.host.invalid"};
  CHECK(refused(options).code == ErrorCode::unavailable);
  options.broker.hosts = {"127.0.0.1:1", shared_broker().host()};  // the second node of a cluster
  CHECK(make_rabbitmq_commands(options));
}

TEST_CASE("a peer that accepts and says nothing is given up in time") {
  const UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(silent.get(), 8) == 0);
  REQUIRE(::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  auto options = fresh_commands();
  options.broker.hosts = {"127.0.0.1:" + std::to_string(ntohs(address.sin_port))};
  options.broker.connect_timeout = milliseconds(300);
  CHECK(refused(options).code == ErrorCode::unavailable);
}

TEST_CASE("a virtual host that is not there, and a user without rights") {
  auto options = fresh_commands();
  options.broker.virtual_host = "nowhere";
  CHECK(refused(options).code == ErrorCode::permission_denied);
  options.broker.virtual_host = "matches";
  CHECK(make_rabbitmq_commands(options));

  options = fresh_commands();
  options.broker.user = "reader";
  options.broker.password = "reading";
  const Error denied = refused(options);
  CHECK(denied.code == ErrorCode::permission_denied);
  CHECK(denied.message.find("queue '" + options.queue) != std::string::npos);
}

TEST_CASE("a queue of another kind, or none where it must be there") {
  auto options = fresh_commands();
  options.declare = false;
  const Error missing = refused(options);
  CHECK(missing.code == ErrorCode::not_found);
  CHECK(missing.message.find("queue '" + options.queue + "': 404 NOT_FOUND") != std::string::npos);

  options.declare = true;
  CHECK(make_rabbitmq_commands(options));
  options.declare = false;
  CHECK(make_rabbitmq_commands(options));  // now it is
  options.declare = true;
  options.type = RabbitMqQueueType::classic;
  const Error other = refused(options);
  CHECK(other.code == ErrorCode::conflict);
  CHECK(other.message.find("406 PRECONDITION_FAILED") != std::string::npos);

  auto events = fresh_events();
  events.declare = false;
  CHECK(make_rabbitmq_events(events).error().code == ErrorCode::not_found);
  events.exchange = "amq.direct";
  events.declare = true;
  CHECK(make_rabbitmq_events(events).error().code == ErrorCode::conflict);
}

TEST_CASE("a queue that is deleted under a source is made again") {
  const auto options = fresh_commands();
  const auto source = open_source(options);
  shared_broker().control("delete_queue " + options.queue);
  const auto ended = source->poll(patiently());
  REQUIRE_FALSE(ended);
  CHECK(ended.error().code == ErrorCode::unavailable);
  CHECK_FALSE(source->poll(Context::within(std::chrono::seconds(5))).value());
  Client().send({"", options.queue, "{}", "", "", "", true});
  CHECK(source->accept(source->poll(patiently()).value().value(), patiently()));
}
