// SPDX-License-Identifier: Apache-2.0
// TLS, where each side shows a certificate.
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

RabbitMqCommandsOptions secure_options() {
  const std::string folder = shared_broker().certificates();
  auto options = fresh_commands();
  options.broker.hosts = {shared_broker().secure_host()};
  options.broker.tls = true;
  options.broker.ca_file = folder + "/ca.pem";
  options.broker.certificate_file = folder + "/client.pem";
  options.broker.key_file = folder + "/client-key.pem";
  return options;
}

}  // namespace

TEST_CASE("commands and large events over TLS") {
  const auto options = secure_options();
  const auto source = open_source(options);
  Client client;
  client.send({"", options.queue, std::string(1 << 20, '{'), "", "", "", true});
  const Command command = source->poll(patiently()).value().value();
  CHECK(command.body.size() == 1 << 20);
  CHECK(source->accept(command, patiently()));

  auto events = fresh_events();
  events.broker = options.broker;
  const auto sink = open_sink(events);
  client.make_queue(events.exchange);
  Event event;
  event.kind = "match";
  event.type = "progress";
  event.body = "{\"text\":\"" + std::string(1 << 20, 'x') + "\"}";
  CHECK(sink->publish({&event, 1}, patiently()).value() == 1);
  CHECK(client.receive().body.size() > 1 << 20);
}

TEST_CASE("certificates that prove nothing are refused") {
  auto options = secure_options();
  options.broker.ca_file = shared_broker().certificates() + "/others/ca.pem";
  CHECK(make_rabbitmq_commands(options).error().code == ErrorCode::permission_denied);
  options.broker.ca_file.clear();  // the system's
  CHECK(make_rabbitmq_commands(options).error().code == ErrorCode::permission_denied);

  options = secure_options();  // the certificate is of localhost alone
  const std::string host = shared_broker().secure_host();
  options.broker.hosts = {"127.0.0.1" + host.substr(host.find(':'))};
  CHECK(make_rabbitmq_commands(options).error().code == ErrorCode::permission_denied);

  options = secure_options();
  options.broker.certificate_file.clear();
  options.broker.key_file.clear();
  CHECK_FALSE(make_rabbitmq_commands(options));

  options.broker.ca_file = shared_broker().certificates() + "/client-key.pem";
  CHECK(make_rabbitmq_commands(options).error().code == ErrorCode::invalid_argument);
}
