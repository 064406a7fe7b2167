// SPDX-License-Identifier: Apache-2.0
#include "runtime/intake.hpp"

#include <utility>

#include "base/backoff.hpp"
#include "codec/event_body.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds poll_slice{1000};
constexpr Backoff intake_retries{milliseconds(500), milliseconds(10'000)};

// Errors that tell the asker something; the others are about the store.
bool is_answer(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::not_found || code == ErrorCode::conflict ||
         code == ErrorCode::already_exists || code == ErrorCode::unsupported;
}

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;  // clang 14 does not find it by itself

}  // namespace

void Intake::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Intake::close() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Intake::run(const std::stop_token& stop) {
  int failures = 0;
  const auto pause = [&] {
    state_.clocks.pause(wait_after(++failures, intake_retries), Context{Context::Clock::time_point::max(), stop});
  };
  while (!stop.stop_requested()) {
    const auto command = source_->poll(Context::within(poll_slice, stop));
    if (!command) {
      if (!stop.stop_requested()) state_.health.note(part_, command.error());
      pause();
      continue;
    }
    failures = 0;
    state_.health.note(part_, {}, *command ? 1 : 0);
    if (!*command) continue;
    const Context context = Context::within(store_patience);
    const auto body = parse_command_body((*command)->body);
    Result<std::string> answer = body ? obey(*body) : Result<std::string>(body.error());
    // What the store does not take now is asked again: a command is settled only once it is stored.
    while (!answer && !is_answer(answer.error().code) && !stop.stop_requested()) {
      pause();
      answer = obey(*body);
    }
    if (!answer && !is_answer(answer.error().code)) return;
    const bool bad = !answer && answer.error().code == ErrorCode::invalid_argument;
    if (!reply(**command, answer)) continue;
    if (bad) state_.health.note_refused(part_);
    [[maybe_unused]] const auto settled =
        bad ? source_->reject(**command, answer.error().message, context) : source_->accept(**command, context);
  }
}

Result<std::string> Intake::obey(const CommandBody& body) {
  const Context context = Context::within(store_patience);
  return std::visit(Overloaded{
                        [&](const RunCommand& run) -> Result<std::string> {
                          const auto match = state_.ledger.submit(run.request, context);
                          if (!match) return match.error();
                          state_.work.poke();
                          return "match " + match->id + " is " + std::string(to_string(match->state));
                        },
                        [&](const StopCommand& stop) -> Result<std::string> {
                          const auto match = state_.ledger.request_stop(stop.match, stop.reason, context);
                          if (!match) return match.error();
                          if (const auto lease = state_.leases.find({"match", stop.match}))
                            lease->raise(Signal::stop_requested);
                          return "match " + match->id + " is being stopped";
                        },
                        [&](const StatusCommand& status) -> Result<std::string> {
                          const auto match = state_.ledger.get(status.match, context);
                          if (!match) return match.error();
                          return "match " + match->match.id + " is " + std::string(to_string(match->match.state));
                        },
                        [](const PingCommand&) -> Result<std::string> { return std::string("Pong"); },
                    },
                    body);
}

Result<void> Intake::reply(const Command& command, const Result<std::string>& answer) {
  Event event;
  event.kind = "command";
  event.subject = command.delivery;
  event.type = "reply";
  event.body = text_body({{"reply_to", command.reply_to},
                          {"correlation_id", command.correlation_id},
                          {"message", answer ? *answer : std::string()},
                          {"error", answer ? std::string() : answer.error().message}});
  const auto receipt = state_.commit({{}, {event}}, Context::within(store_patience));
  if (!receipt) return receipt.error();
  return {};
}

}  // namespace matchrunner
