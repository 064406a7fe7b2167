// SPDX-License-Identifier: Apache-2.0
// Events and replies that leave through a sink.
#include <algorithm>
#include <span>
#include <thread>

#include <nlohmann/json.hpp>

#include "event_line.hpp"
#include "rabbitmq/broker.hpp"

using namespace matchrunner;
using nlohmann::json;

namespace {

Event reply_event(std::uint64_t sequence, const std::string& queue, const std::string& text) {
  Event event;
  event.sequence = sequence;
  event.kind = "command";
  event.subject = "delivery";
  event.type = "reply";
  event.body = json{{"reply_to", queue}, {"correlation_id", "c-" + text}, {"message", text}}.dump();
  return event;
}

Event match_event(std::uint64_t sequence, const std::string& queue = "") {
  Event event;
  event.sequence = sequence;
  event.kind = "match";
  event.subject = "m1";
  event.type = "started";
  event.body = "{}";
  if (!queue.empty())
    event.body =
        json{{"reply", {{"reply_to", queue}, {"correlation_id", "c"}, {"state", "running"}}}, {"more", 1}}.dump();
  return event;
}

}  // namespace

TEST_CASE("replies reach the queue that they are for, the others nobody") {
  auto options = fresh_events();
  options.exchange.clear();
  const auto sink = open_sink(options);
  Client client;
  const std::string queue = client.make_queue();
  const std::vector<Event> events{reply_event(1, queue, "Pong"), match_event(2), match_event(3, queue)};
  CHECK(sink->publish(events, patiently()).value() == 3);
  const auto pong = client.receive();
  CHECK(pong.correlation_id == "c-Pong");
  CHECK(json::parse(pong.body) ==
        json{{"message", "Pong"}, {"type", "reply"}, {"sequence", 1}, {"correlation_id", "c-Pong"}});
  const auto started = client.receive();
  CHECK(started.correlation_id == "c");
  CHECK(json::parse(started.body) == json{{"type", "started"},
                                          {"match_id", "m1"},
                                          {"sequence", 3},
                                          {"state", "running"},
                                          {"correlation_id", "c"},
                                          {"body", {{"more", 1}}}});
  CHECK(client.receive_all().empty());
}

TEST_CASE("a reply that nobody takes is gone after its time, and stays for good without one") {
  auto options = fresh_events();
  options.exchange.clear();
  Client client;
  const std::string kept = client.make_queue_without_consumer(), passed = client.make_queue_without_consumer();
  const std::vector<Event> stays{reply_event(1, kept, "stays")}, goes{reply_event(1, passed, "goes")};
  CHECK(open_sink(options)->publish(stays, patiently()).value() == 1);
  options.replies_expire = 1;
  CHECK(open_sink(options)->publish(goes, patiently()).value() == 1);
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (client.ready(passed) > 0) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    std::this_thread::sleep_for(milliseconds(100));
  }
  CHECK(client.ready(kept) == 1);
}

TEST_CASE("a reply whose queue is gone holds up nothing") {
  auto options = fresh_events();
  options.exchange.clear();
  const auto sink = open_sink(options);
  Client client;
  const std::string queue = client.make_queue();
  const std::vector<Event> events{reply_event(1, "gone", "a"), reply_event(2, queue, "b")};
  CHECK(sink->publish(events, patiently()).value() == 2);
  CHECK(client.receive().correlation_id == "c-b");
}

TEST_CASE("a direct reply to a process that the broker cannot read the name of is dropped, and holds up nothing") {
  auto options = fresh_events();
  options.exchange.clear();
  const auto sink = open_sink(options);
  Client client;
  const std::string queue = client.make_queue();
  std::vector<Event> events;
  for (std::uint64_t i = 1; i <= 40; ++i)
    events.push_back(reply_event(i, i % 10 == 5 ? "amq.rabbitmq.reply-to.g2dkAA.key" : queue, std::to_string(i)));
  std::size_t failures = 0;
  for (std::span<const Event> rest = events; !rest.empty() && failures < 20;) {
    const auto taken = sink->publish(rest, patiently());
    failures += !taken;
    if (taken) rest = rest.subspan(*taken);
  }
  CHECK(failures > 0);  // else the broker can read it, and this shows nothing
  CHECK(failures < 20);
  std::vector<std::string> heard;  // some twice
  for (const auto& delivery : client.receive_all())
    if (std::find(heard.begin(), heard.end(), delivery.correlation_id) == heard.end())
      heard.push_back(delivery.correlation_id);
  std::vector<std::string> wanted;
  for (std::uint64_t i = 1; i <= 40; ++i)
    if (i % 10 != 5) wanted.push_back("c-" + std::to_string(i));
  CHECK(heard == wanted);
}

TEST_CASE("an event that no queue takes waits, unless nobody minds") {
  auto options = fresh_events();
  const auto sink = open_sink(options);
  const std::vector<Event> events{match_event(1), match_event(2)};
  const auto refused = sink->publish(events, patiently());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().message.find("exchange '" + options.exchange + "' has no queue for 'match.started': 312") !=
        std::string::npos);
  CHECK(refused.error().message.find("testing") == std::string::npos);

  Client client;
  client.make_queue(options.exchange);
  CHECK(sink->publish(events, patiently()).value() == 2);
  CHECK(parse_event(client.receive().body).sequence == 1);
  CHECK(parse_event(client.receive().body).sequence == 2);

  options.exchange += "-loose";
  options.mandatory = false;
  CHECK(open_sink(options)->publish(events, patiently()).value() == 2);
}

TEST_CASE("many events in a small window arrive in order") {
  auto options = fresh_events();
  options.window = 3;
  const auto sink = open_sink(options);
  Client client;
  client.make_queue(options.exchange);
  std::vector<Event> events;
  for (std::uint64_t i = 1; i <= 500; ++i) events.push_back(match_event(i));
  CHECK(sink->publish(events, patiently()).value() == 500);
  for (std::uint64_t i = 1; i <= 500; ++i) REQUIRE(parse_event(client.receive().body).sequence == i);
}
