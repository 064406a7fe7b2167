// SPDX-License-Identifier: Apache-2.0
#include "conformance/run_checks.hpp"
#include "event_line.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;

namespace {

// Fresh ground is a queue that nothing has used yet.
conformance::Subject<CommandSource> commands_subject(RabbitMqQueueType type) {
  const auto options = std::make_shared<RabbitMqCommandsOptions>();
  conformance::Subject<CommandSource> subject;
  subject.open = [options, type](bool fresh) {
    if (fresh) *options = fresh_commands();
    options->type = type;
    return make_rabbitmq_commands(*options);
  };
  subject.send = [options](const std::string& body) -> Result<void> {
    Client().send({"", options->queue, body, "", "", "", true});
    return {};
  };
  return subject;
}

}  // namespace

TEST_CASE("command source: rabbitmq, quorum queue") {
  run_checks(conformance::command_source_checks(), commands_subject(RabbitMqQueueType::quorum));
}
TEST_CASE("command source: rabbitmq, classic queue") {
  run_checks(conformance::command_source_checks(), commands_subject(RabbitMqQueueType::classic));
}

TEST_CASE("event sink: rabbitmq") {
  const auto options = std::make_shared<RabbitMqEventsOptions>();
  const auto client = std::make_shared<std::unique_ptr<Client>>();
  const auto seen = std::make_shared<std::vector<Event>>();
  conformance::Subject<EventSink> subject;
  subject.open = [=](bool fresh) {
    if (fresh) *options = fresh_events();
    auto sink = make_rabbitmq_events(*options);
    if (!fresh || !sink) return sink;
    *client = std::make_unique<Client>();
    (*client)->make_queue(options->exchange);
    seen->clear();
    return sink;
  };
  subject.received = [=]() -> Result<std::vector<Event>> {
    for (const auto& delivery : (*client)->receive_all()) seen->push_back(parse_event(delivery.body));
    return *seen;
  };
  run_checks(conformance::event_sink_checks(), subject);
}

TEST_CASE("artifact sink: rabbitmq") {
  conformance::Subject<ArtifactSink> subject;
  subject.open = [](bool) {
    RabbitMqArtifactsOptions options;
    options.broker = broker_options();
    options.queue = fresh_commands().queue;
    return make_rabbitmq_artifacts(options);
  };
  run_checks(conformance::artifact_sink_checks(), subject);
}
