// SPDX-License-Identifier: Apache-2.0
// Artifacts that leave as streams of messages while they grow.
#include <fstream>
#include <map>

#include "base/clocks.hpp"
#include "base/digest.hpp"
#include "matchrunner/open.hpp"
#include "rabbitmq/broker.hpp"
#include "runtime/scripted.hpp"

using namespace matchrunner;
using test::Ground;

namespace {

std::string stream_url(const std::string& queue, const std::string& more = "") {
  return "amqp://test:testing@" + shared_broker().host() + "/?queue=" + queue + more;
}

MatchRequest hanging(const std::string& id) {
  MatchRequest request =
      test::solo({"print_error one", R"(event {"type": "score", "scores": {"program": 1}})", "hang"});
  request.id = id;
  return request;
}

void append(Runner& runner, const std::string& id, const std::string& text) {
  std::ofstream(runner.get_match(id).value().spool_folder + "/logs/program.stderr", std::ios::app) << text;
}

Event end_of_streams(Runner& runner, const std::string& id) {
  auto events = runner.events({id, 0, false}).value();
  while (auto event = events->next(patiently()).value())
    if (event->type == "streamed" || event->type == "stream_dropped") return *event;
  throw std::runtime_error("no end of streams");
}

// Puts parts together by where they begin, as a consumer does that may get some of them twice.
class Received {
 public:
  void add(const rabbitmq::Delivery& delivery) {
    const std::string& id = delivery.message_id;
    const std::size_t at = id.rfind('@');
    REQUIRE(at != id.npos);
    const std::size_t begin = std::stoull(id.substr(at + 1));
    REQUIRE(begin <= text_.size());  // no gap
    if (begin + delivery.body.size() > text_.size()) text_ = text_.substr(0, begin) + delivery.body;
    last_ = id.ends_with('.');
  }
  const std::string& text() const { return text_; }
  bool last() const { return last_; }

 private:
  std::string text_;
  bool last_ = false;
};

}  // namespace

TEST_CASE("a log goes to its queue while its program runs, another artifact to another") {
  const Ground ground;
  const std::string logs = "s-" + random_hex(6);
  const std::string scores = "s-" + random_hex(6);
  RunnerOptions options = ground.options();
  options.streams = {{"logs/*.stderr", stream_url(logs)}, {"events/score", stream_url(scores)}};
  const auto runner = Runner::open(options).value();
  Client client;
  client.consume(logs);
  REQUIRE(runner->submit_match(hanging("m1")));
  Received received;
  received.add(client.receive());
  CHECK(received.text() == "one\n");
  CHECK(runner->get_match("m1").value().state == MatchState::running);
  std::string whole = "one\n";
  for (const std::string& more : {std::string("two\n"), std::string(300'000, 'x'), std::string("three\n")}) {
    append(*runner, "m1", more);
    whole += more;
    while (received.text().size() < whole.size()) received.add(client.receive());
    CHECK((received.text() == whole));
  }
  REQUIRE(runner->stop_match("m1", "enough"));
  while (!received.last()) received.add(client.receive());
  CHECK((received.text() == whole));
  CHECK(end_of_streams(*runner, "m1").type == "streamed");
  Client other;
  other.consume(scores);
  CHECK(other.receive().body.find(R"("type":"score")") != std::string::npos);
}

TEST_CASE("a broker that is killed in the middle of a stream gets the rest when it is back") {
  RabbitMqServer& broker = shared_broker();
  const Ground ground;
  const std::string queue = "s-" + random_hex(6);
  RunnerOptions options = ground.options();
  options.streams = {{"logs/*.stderr", stream_url(queue)}};
  options.stream_grace = std::chrono::minutes(2);
  const auto runner = Runner::open(options).value();
  Received received;
  {
    Client client;
    client.consume(queue);
    REQUIRE(runner->submit_match(hanging("m1")));
    received.add(client.receive());
  }
  broker.stop();
  append(*runner, "m1", "two\n");
  REQUIRE(runner->stop_match("m1", "enough"));
  CHECK(runner->wait_match("m1", patiently()).value().state == MatchState::stopped);  // waits for no broker
  broker.start();
  Client later;
  CHECK(end_of_streams(*runner, "m1").type == "streamed");
  later.consume(queue);
  while (!received.last()) received.add(later.receive());
  CHECK(received.text() == "one\ntwo\n");
}

TEST_CASE("a broker that holds still slows no match, and what it did not take is told") {
  RabbitMqServer& broker = shared_broker();
  const Ground ground;
  RunnerOptions options = ground.options();
  options.streams = {{"logs/*.stderr", stream_url("s-" + random_hex(6))}};
  options.stream_grace = milliseconds(500);
  const auto runner = Runner::open(options).value();
  broker.pause();
  MatchRequest request = test::solo({"print_error one"});
  request.id = "m1";
  const Match match = test::played(*runner, request);
  const Event told = end_of_streams(*runner, "m1");
  broker.resume();
  CHECK(match.state == MatchState::finished);
  CHECK(told.type == "stream_dropped");
  CHECK(told.body.find(R"("bytes":0,"dropped":4)") != std::string::npos);
  CHECK(told.body.find("testing") == std::string::npos);
}

TEST_CASE("a stream goes on behind what the broker has confirmed") {
  const std::string queue = "s-" + random_hex(6);
  const auto sink = open_artifact_sink(stream_url(queue)).value();
  auto writer = sink->open({"m1", 3, "logs/a"}, {}, patiently()).value();
  REQUIRE(writer->write(as_bytes("first"), patiently()));
  Client client;
  client.consume(queue);
  CHECK(client.receive().message_id == "m1/3/logs/a@0");
  auto again = sink->open({"m1", 3, "logs/a"}, "at:5", patiently()).value();
  CHECK(again->offset() == 5);
  REQUIRE(again->write(as_bytes(" second"), patiently()));
  const std::string uri = again->close(patiently()).value();
  CHECK(again->offset() == 12);
  CHECK(uri == "amqp://" + shared_broker().host() + "/?queue=" + queue);
  const auto second = client.receive();
  CHECK(second.message_id == "m1/3/logs/a@5");
  CHECK(second.body == " second");
  CHECK(client.receive().message_id == "m1/3/logs/a@12.");
}

TEST_CASE("a stream that only waits keeps its heartbeat, and learns what was confirmed") {
  const std::string queue = "s-" + random_hex(6);
  const auto sink = open_artifact_sink(stream_url(queue, "&heartbeat=1")).value();
  auto writer = sink->open({"m1", 1, "logs/a"}, {}, patiently()).value();
  REQUIRE(writer->write(as_bytes("first"), patiently()));
  for (const Context quiet = Context::within(std::chrono::seconds(5)); quiet.check();
       let_pass(milliseconds(100), quiet))
    REQUIRE(writer->write({}, patiently()));
  CHECK(writer->offset() == 5);
  CHECK(writer->resume_token() == "at:5");
  REQUIRE(writer->write(as_bytes(" second"), patiently()));
  CHECK(writer->close(patiently()));
  Client client;
  CHECK(client.ready(queue) == 3);
}

TEST_CASE("what no queue takes is an error, unless nobody minds") {
  const std::string exchange = "x-" + random_hex(6);
  const std::string url = "amqp://test:testing@" + shared_broker().host() + "/?exchange=" + exchange;
  for (const bool minds : {false, true}) {
    const auto sink = open_artifact_sink(url + (minds ? "&mandatory=1" : "")).value();
    auto writer = sink->open({"m1", 1, "logs/a"}, {}, patiently()).value();
    [[maybe_unused]] const auto written = writer->write(as_bytes("lost"), patiently());
    const auto closed = writer->close(patiently());
    CHECK(static_cast<bool>(closed) == !minds);
    if (!closed) CHECK(closed.error().message.find("has no queue for 'm1.logs.a': 312") != std::string::npos);
  }
  const auto neither = open_artifact_sink("amqp://test:testing@" + shared_broker().host());
  REQUIRE_FALSE(neither);
  CHECK(neither.error().code == ErrorCode::invalid_argument);
  const auto absent = open_artifact_sink(stream_url("s-" + random_hex(6), "&declare=0"));
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == ErrorCode::not_found);
}

TEST_CASE("a queue that is full breaks its streams, and takes the rest over a new connection when there is room") {
  RabbitMqServer& broker = shared_broker();
  broker.control(R"(set_policy full ^full- {"max-length":2,"overflow":"reject-publish"})");
  RabbitMqArtifactsOptions options;
  options.broker = broker_options();
  options.queue = "full-" + random_hex(6);
  const auto sink = make_rabbitmq_artifacts(options).value();
  const ArtifactKey key{"m1", 1, "logs/program.stderr"};
  auto writer = sink->open(key, {}, patiently()).value();
  std::string all;
  Result<void> written;
  for (const Context patience = patiently(); written && patience.check();) {
    const std::string line = "line " + std::to_string(all.size()) + "\n";
    all += line;
    written = writer->write(as_bytes(line), patience);
  }
  REQUIRE_FALSE(written);
  CHECK(written.error().code == ErrorCode::unavailable);
  CHECK(written.error().message.find("the broker refused a message") != std::string::npos);
  broker.control("clear_policy full");
  writer = sink->open(key, writer->resume_token(), patiently()).value();
  REQUIRE(writer->write(as_bytes(std::string_view(all).substr(writer->offset())), patiently()));
  REQUIRE(writer->close(patiently()));
  Client client;
  client.consume(options.queue);
  Received received;
  while (!received.last()) received.add(client.receive());
  CHECK(received.text() == all);
}
