// SPDX-License-Identifier: Apache-2.0
// A service in-process: commands in, matches out, its pages' contents, reload, drain, what cannot be opened.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "catch.hpp"
#include "service/operator.hpp"

using namespace matchrunner;
using namespace matchrunner::test;

namespace {

std::string value_of_metric(const Service& service, const std::string& sample) {
  const std::string text = service.metrics();
  const auto at = text.find("\n" + sample + " ");
  if (at == text.npos) return "none";
  const auto begin = at + sample.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("a command becomes a match, and the service tells of it everywhere") {
  Operator place;
  const auto service = Service::open(place.config()).value();
  line_with(*service, "ready");
  place.commands->send({"d1", R"({"command": "run", "data": {"id": "m1", "game": {"name": "solo", "wiring": "none",
      "seats": [{"name": "program", "custom": {}, "arguments": ["result {\"scores\": {\"program\": 1}}"]}]}}})",
                        "", "c-7"});
  const LogLine asked = line_with(*service, "command ");
  CHECK(asked.message == "command 1 (c-7): match m1 is queued");
  CHECK(asked.match == "m1");
  CHECK(asked.level == LogLevel::info);
  const LogLine end = line_with(*service, "is finished");
  CHECK(end.match == "m1");
  CHECK(end.message == "is finished: Played to the end: program 1.");

  const ServiceStatus status = service->status();
  CHECK(status.ready);
  CHECK(status.slots == 2);
  CHECK(status.ended.at(0).id == "m1");
  CHECK(value_of_metric(*service, "matchrunner_matches_ended_total{state=\"finished\",fault=\"none\"}") == "1");
  CHECK(value_of_metric(*service, "matchrunner_seats_ended_total{verdict=\"ok\"}") == "1");
  CHECK(value_of_metric(*service, "matchrunner_commands_total{source=\"0\"}") == "1");
  CHECK(value_of_metric(*service, "matchrunner_queue_seconds_count") == "1");
  CHECK(value_of_metric(*service, "matchrunner_slots{pool=\"default\"}") == "2");
  CHECK(value_of_metric(*service, "matchrunner_part_up{part=\"store\"}") == "1");

  place.commands->send({"d2", "nonsense", "", ""});
  CHECK(line_with(*service, "command 2: ").level == LogLevel::warning);
  CHECK(value_of_metric(*service, "matchrunner_commands_refused_total{source=\"0\"}") == "1");
  service->close(milliseconds(0)).value();
  CHECK(value_of_metric(*service, "matchrunner_events_published_total{sink=\"audit\"}") ==
        std::to_string(place.events->received().size()));
}

TEST_CASE("the command shutdown ends a service as a close does") {
  Operator place;
  const auto service = Service::open(place.config()).value();
  line_with(*service, "ready");
  service->runner().submit_match(named(solo({"hang"}), "running")).value();
  line_with(*service, "has started");
  place.commands->send({"d1", R"({"command": "shutdown"})", "", ""});
  line_with(*service, "ending; matches under way get 60 s");
  CHECK(service->status().draining);
  service->runner().stop_match("running", "enough").value();
  line_with(*service, "ended");
  CHECK(service->next_log(patience()).error().code == ErrorCode::cancelled);
}

TEST_CASE("a draining service lets what runs end, starts nothing, and says so") {
  Operator place;
  ServiceConfig config = place.config();
  config.slots = 1;
  const auto service = Service::open(config).value();
  service->runner().submit_match(named(solo({"hang"}), "running")).value();
  line_with(*service, "has started");
  service->runner().submit_match(named(solo({}), "later")).value();
  std::thread closing([&] { service->close(std::chrono::minutes(5)).value(); });
  line_with(*service, "ending; matches under way get 300 s");
  CHECK(service->status().draining);
  CHECK(service->status().not_ready == std::vector<std::string>{"draining"});
  CHECK(service->reload(config).error().code == ErrorCode::conflict);
  while (service->runner().health()->taking) std::this_thread::yield();
  service->runner().stop_match("running", "enough").value();
  closing.join();
  const auto log_end = [&] {
    while (true)
      if (const auto line = service->next_log(patience()); !line) return line.error().code;
  };
  CHECK(log_end() == ErrorCode::cancelled);
  const auto watcher = Runner::open([&] {
                         RunnerOptions options;
                         options.store = place.store;
                         options.workers = 0;
                         return options;
                       }())
                           .value();
  CHECK(watcher->get_match("running")->state == MatchState::stopped);
  CHECK(watcher->get_match("later")->state == MatchState::queued);
  service->close().value();
}

TEST_CASE("a second close with no grace cuts the first short") {
  Operator place;
  const auto service = Service::open(place.config()).value();
  service->runner().submit_match(named(solo({"hang"}), "m")).value();
  line_with(*service, "has started");
  std::thread closing([&] { service->close(std::chrono::hours(1)).value(); });
  line_with(*service, "ending");
  service->close(milliseconds(0)).value();
  closing.join();
  CHECK(service->runner().get_match("m")->state == MatchState::queued);
}

TEST_CASE("slots, grace and level can change while it runs; the rest is named") {
  Operator place;
  ServiceConfig config = place.config();
  config.slots = 1;
  const auto service = Service::open(config).value();
  for (const char* const id : {"a", "b"}) service->runner().submit_match(named(solo({"hang"}), id)).value();
  line_with(*service, "has started");
  config.slots = 2;
  CHECK(service->reload(config).value().empty());
  line_with(*service, "has started");  // the other one
  CHECK(service->status().workers == 2);

  config.slots = 1;  // one of both has to go first
  config.store = "memory://";
  CHECK(service->reload(config).value() == std::vector<std::string>{"store"});
  CHECK(line_with(*service, "reloaded").message == "reloaded; needs a restart: store");
  line_with(*service, "is resized later");
  for (const char* const id : {"a", "b"}) service->runner().stop_match(id, "").value();
  line_with(*service, "has 1 slots now");
  CHECK(service->runner().list_pools()->at(0).slots == 1);
}

TEST_CASE("a service with another number of slots than the pool has resizes it") {
  Operator place;
  ServiceConfig config = place.config();
  Service::open(config).value()->close(milliseconds(0)).value();
  config.slots = 5;
  const auto service = Service::open(config).value();
  line_with(*service, "has 5 slots now");
  CHECK(service->status().workers == 5);
}

TEST_CASE("what cannot be opened is told by the name of its field") {
  Operator place;
  ServiceConfig config = place.config();
  config.artifacts.clear();
  CHECK(Service::open(config).error().message == "artifacts: expected a URL, found nothing");
  config = place.config();
  config.sources.push_back("nosuch://");
  CHECK(Service::open(config).error().message.starts_with("sources[1]: "));
  config = place.config();
  config.sinks["x"] = "${MATCHRUNNER_TEST_NOT_SET}";
  CHECK(Service::open(config).error().message ==
        "sinks.x: expected a variable that is set, found ${MATCHRUNNER_TEST_NOT_SET}");
}

TEST_CASE("what a reference leads to is shown by no error, wherever it stands") {
  const Operator place;
  const auto error_of = [&](const std::string& secret, const std::string& url, bool is_stream) {
    REQUIRE(::setenv("MATCHRUNNER_TEST_SECRET", secret.c_str(), 1) == 0);
    ServiceConfig config = place.config();
    if (is_stream)
      config.streams["logs/*"] = url;
    else
      config.sources.push_back(url);
    return Service::open(config).error().message;
  };
  const std::string name = "${MATCHRUNNER_TEST_SECRET}";
  struct Row {
    std::string secret, url;
  };
  const std::vector<Row> rows{{"hush", name},
                              {"hush/", "amqp://u:" + name + "?queue=q"},
                              {"hush ", "amqp://u@h/?queue=q&prefetch=" + name},
                              {"hush", "amqp://u@h/?" + name + "=1"},
                              {"amqp://u:p@h/?hosd=hush", name}};
  for (const auto& [secret, url] : rows)
    for (const bool is_stream : {false, true}) {
      const std::string message = error_of(secret, url, is_stream);
      CAPTURE(message);
      CHECK(message.starts_with(is_stream ? "streams.logs/*: " : "sources[1]: "));
      CHECK(message.find(name) != std::string::npos);
      CHECK(message.find("hush") == std::string::npos);
    }
  REQUIRE(::unsetenv("MATCHRUNNER_TEST_SECRET") == 0);
}

TEST_CASE("a forked child of a service gets an error, and can end") {
  Operator place;
  const auto service = Service::open(place.config()).value();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool told = service->close().error().code == ErrorCode::forked &&
                      service->next_log(patience()).error().code == ErrorCode::forked && service->metrics().empty();
    ::_exit(told ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
