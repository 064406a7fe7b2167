// SPDX-License-Identifier: Apache-2.0
#include "conformance/trial.hpp"

namespace matchrunner::conformance {
namespace {

using CommandCheck = Check<CommandSource, CommandSourceCapabilities>;
using CommandSubject = Subject<CommandSource>;

const std::string ping = R"({"command":"ping","data":{}})";

std::optional<Command> poll(CommandSource& source, Expect& expect) {
  auto command = source.poll(patient());
  if (!succeeds(expect, command, "poll")) return std::nullopt;
  expect(command->has_value(), "a command was sent and must be there");
  return *std::move(command);
}

// Nothing more comes; of a source that was told of all it had, so the deadline may have passed.
void is_empty(CommandSource& source, Expect& expect, const std::string& what) {
  const auto command = source.poll(past());
  if (succeeds(expect, command, "poll")) expect(!command->has_value(), what);
}

void nothing_comes_when_nothing_was_sent(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source != nullptr) is_empty(*source, expect, "nothing was sent");
}

void commands_come_in_order_and_whole(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  const std::string odd = "not JSON: \" \\ \n \xe2\x82\xac";
  for (const auto& body : {ping, odd, std::string("{}")}) succeeds(expect, subject.send(body), "send");
  for (const auto& body : {ping, odd, std::string("{}")}) {
    const auto command = poll(*source, expect);
    if (!command) return;
    expect(command->body == body, "the next command is the next that was sent");
    succeeds(expect, source->accept(*command, patient()), "accept");
  }
  is_empty(*source, expect, "an accepted command does not come again");
}

void a_rejected_command_does_not_come_again(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  succeeds(expect, subject.send(ping), "send");
  const auto command = poll(*source, expect);
  if (!command) return;
  succeeds(expect, source->reject(*command, "not understood", patient()), "reject");
  is_empty(*source, expect, "a rejected command does not come again");
}

void commands_can_be_settled_in_any_order(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  succeeds(expect, subject.send("{}"), "send");
  succeeds(expect, subject.send("{}"), "send");
  const auto first = poll(*source, expect);
  const auto second = poll(*source, expect);
  if (!first || !second) return;
  expect(first->delivery != second->delivery, "equal commands are two deliveries");
  succeeds(expect, source->accept(*second, patient()), "accept the second");
  succeeds(expect, source->reject(*first, "late", patient()), "reject the first");
  is_empty(*source, expect, "both are settled");
}

void a_waiting_poll_is_woken_from_threads(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  from_threads(2, expect, [&](int number, Expect& found) {
    if (number == 0) succeeds(found, subject.send(ping), "send");
    if (number == 1) poll(*source, found);
  });
}

void a_waiting_poll_can_be_stopped_from_threads(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  std::stop_source stop;
  from_threads(2, expect, [&](int number, Expect& found) {
    if (number == 0) stop.request_stop();
    if (number == 1)
      fails(found, source->poll({Context::Clock::time_point::max(), stop.get_token()}), ErrorCode::cancelled, "poll");
  });
}

void what_was_not_settled_comes_again(CommandSubject& subject, Expect& expect) {
  {
    const auto source = open(subject, expect);
    if (source == nullptr) return;
    succeeds(expect, subject.send("{\"n\":1}"), "send");
    succeeds(expect, subject.send("{\"n\":2}"), "send");
    const auto settled = poll(*source, expect);
    if (settled) succeeds(expect, source->accept(*settled, patient()), "accept");
    poll(*source, expect);
  }
  const auto source = open(subject, expect, false);
  if (source == nullptr) return;
  const auto again = poll(*source, expect);
  if (again) expect(again->body == "{\"n\":2}", "the one that was not settled");
}

void what_is_given_back_comes_again(CommandSubject& subject, Expect& expect) {
  const auto source = open(subject, expect);
  if (source == nullptr) return;
  succeeds(expect, subject.send("{\"n\":1}"), "send");
  const auto first = poll(*source, expect);
  if (!first) return;
  succeeds(expect, source->accept(*first, patient()), "accept");
  Command mine;
  mine.body = "{\"n\":2}";
  mine.reply_to = "whoever asked";
  mine.correlation_id = "as it was";
  succeeds(expect, source->give_back(mine, patient()), "give_back");
  mine.body = "{\"n\":3}";
  succeeds(expect, source->give_back(mine, patient()), "give_back another");
  const auto other = open(subject, expect, false);
  if (other == nullptr) return;
  for (const std::string body : {"{\"n\":2}", "{\"n\":3}"}) {
    const auto again = poll(*other, expect);
    if (!again) return;
    expect(again->body == body, "what was given back, in its order, and nothing that was accepted");
    expect(again->reply_to == mine.reply_to && again->correlation_id == mine.correlation_id, "and for its asker");
    succeeds(expect, other->accept(*again, patient()), "accept");
  }
  is_empty(*other, expect, "it is there once");
}

}  // namespace

std::span<const CommandCheck> command_source_checks() {
  static constexpr CommandCheck checks[] = {
      {"nothing_comes_when_nothing_was_sent", always, nothing_comes_when_nothing_was_sent},
      {"commands_come_in_order_and_whole", always, commands_come_in_order_and_whole},
      {"a_rejected_command_does_not_come_again", always, a_rejected_command_does_not_come_again},
      {"commands_can_be_settled_in_any_order", always, commands_can_be_settled_in_any_order},
      {"a_waiting_poll_is_woken_from_threads", always, a_waiting_poll_is_woken_from_threads},
      {"a_waiting_poll_can_be_stopped_from_threads", always, a_waiting_poll_can_be_stopped_from_threads},
      {"what_was_not_settled_comes_again", [](const CommandSourceCapabilities& source) { return source.redelivers; },
       what_was_not_settled_comes_again},
      {"what_is_given_back_comes_again", [](const CommandSourceCapabilities& source) { return !source.origin.empty(); },
       what_is_given_back_comes_again},
  };
  return checks;
}

}  // namespace matchrunner::conformance
