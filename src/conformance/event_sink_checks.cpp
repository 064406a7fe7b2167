// SPDX-License-Identifier: Apache-2.0
#include "conformance/trial.hpp"

namespace matchrunner::conformance {
namespace {

using EventCheck = Check<EventSink, EventSinkCapabilities>;
using EventSubject = Subject<EventSink>;

Event numbered(std::uint64_t sequence) {
  Event made;
  made.sequence = sequence;
  made.at = Time(std::chrono::microseconds(1'700'000'000'123'456));
  made.kind = "match";
  made.subject = "m" + std::to_string(sequence % 3);
  made.epoch = 2;
  made.type = "progress";
  made.body = "{\"n\":" + std::to_string(sequence) + "}";
  return made;
}

std::vector<Event> some_events(std::uint64_t first, std::uint64_t count) {
  std::vector<Event> made;
  for (std::uint64_t i = 0; i < count; ++i) made.push_back(numbered(first + i));
  return made;
}

// Offers them as the outbox does: what was not taken again, from the first of these on.
void publish_all(EventSink& sink, Expect& expect, std::span<const Event> events) {
  while (!events.empty()) {
    const auto taken = sink.publish(events, patient());
    if (!succeeds(expect, taken, "publish")) return;
    if (!expect(*taken >= 1 && *taken <= events.size(), "it takes a prefix of what it is offered")) return;
    events = events.subspan(*taken);
  }
}

void has_received(EventSubject& subject, Expect& expect, const std::vector<Event>& expected) {
  const auto received = subject.received();
  if (!succeeds(expect, received, "what the peer has received")) return;
  if (!expect(received->size() == expected.size(),
              "expected " + std::to_string(expected.size()) + " events, found " + std::to_string(received->size())))
    return;
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!expect((*received)[i] == expected[i], "event " + std::to_string(i) + " is as it was published")) return;
}

void events_arrive_in_order(EventSubject& subject, Expect& expect) {
  const auto sink = open(subject, expect);
  if (sink == nullptr) return;
  const auto first = some_events(1, 5);
  const auto second = some_events(6, 1);
  publish_all(*sink, expect, first);
  publish_all(*sink, expect, second);
  has_received(subject, expect, some_events(1, 6));
}

void an_empty_span_is_nothing(EventSubject& subject, Expect& expect) {
  const auto sink = open(subject, expect);
  if (sink == nullptr) return;
  const auto taken = sink->publish({}, patient());
  if (succeeds(expect, taken, "publish nothing")) expect(*taken == 0, "nothing is taken");
  has_received(subject, expect, {});
}

void any_text_arrives_as_it_is(EventSubject& subject, Expect& expect) {
  const auto sink = open(subject, expect);
  if (sink == nullptr) return;
  Event told = numbered(1);
  told.subject = "quote \" backslash \\ newline \n tab \t \xe2\x82\xac";
  told.type = "a\r\nb";
  told.body = R"({"list":[1,-2.5,null,true],"text":"line\nline \" \\ €"})";
  publish_all(*sink, expect, std::vector{told});
  has_received(subject, expect, {told});
}

void many_and_large_events_arrive(EventSubject& subject, Expect& expect) {
  const auto sink = open(subject, expect);
  if (sink == nullptr) return;
  auto many = some_events(1, 3000);
  many[7].body = "{\"text\":\"" + std::string(3 << 20, 'x') + "\"}";
  publish_all(*sink, expect, many);
  has_received(subject, expect, many);
}

void publishing_goes_on_after_reopening(EventSubject& subject, Expect& expect) {
  if (const auto sink = open(subject, expect)) publish_all(*sink, expect, some_events(1, 2));
  if (const auto sink = open(subject, expect, false)) publish_all(*sink, expect, some_events(3, 2));
  has_received(subject, expect, some_events(1, 4));
}

void a_call_that_is_stopped_or_late_takes_nothing(EventSubject& subject, Expect& expect) {
  const auto sink = open(subject, expect);
  if (sink == nullptr) return;
  const auto events = some_events(1, 2);
  fails(expect, sink->publish(events, stopped()), ErrorCode::cancelled, "publish, stopped");
  fails(expect, sink->publish(events, past()), ErrorCode::timeout, "publish, late");
  has_received(subject, expect, {});
}

}  // namespace

std::span<const EventCheck> event_sink_checks() {
  static constexpr EventCheck checks[] = {
      {"events_arrive_in_order", always, events_arrive_in_order},
      {"an_empty_span_is_nothing", always, an_empty_span_is_nothing},
      {"any_text_arrives_as_it_is", always, any_text_arrives_as_it_is},
      {"many_and_large_events_arrive", always, many_and_large_events_arrive},
      {"publishing_goes_on_after_reopening", always, publishing_goes_on_after_reopening},
      {"a_call_that_is_stopped_or_late_takes_nothing", always, a_call_that_is_stopped_or_late_takes_nothing},
  };
  return checks;
}

}  // namespace matchrunner::conformance
