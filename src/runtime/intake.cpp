// SPDX-License-Identifier: Apache-2.0
// States of an intake:
//   open    every command is taken: stored, answered, accepted; killed in between, it comes again without second effect
//   full    as many matches are queued or running as slots and backlog allow: "run" is deferred, all else is taken
//   ended   a command asked for the end of the runner: no command is taken any more
// A source that cannot defer is always open.
#include "runtime/intake.hpp"

#include <algorithm>
#include <utility>

#include "base/backoff.hpp"
#include "base/digest.hpp"

namespace matchrunner {
namespace {

constexpr milliseconds poll_slice{1000};
constexpr milliseconds full_slice{50};         // how soon a free slot is seen
constexpr milliseconds connect_slice{10'000};  // for a source that has failed, which may have to connect
constexpr milliseconds count_again{100};       // others on the store may have filled the room meanwhile
constexpr Backoff intake_retries{milliseconds(500), milliseconds(10'000)};

// Errors that tell the asker something; the others are about the store.
bool is_answer(ErrorCode code) {
  return code == ErrorCode::invalid_argument || code == ErrorCode::not_found || code == ErrorCode::conflict ||
         code == ErrorCode::already_exists || code == ErrorCode::unsupported;
}

// A match without an id gets that of its message: delivered twice, it is one match.
void name_by_message(CommandBody& body, const Command& command) {
  auto* const run = std::get_if<RunCommand>(&body);
  if (run != nullptr && run->request.id.empty() && !command.message_id.empty())
    run->request.id = "m" + sha256_hex(command.message_id).substr(0, 16);
}

}  // namespace

void Intake::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Intake::close() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Intake::pause(int failures, const std::stop_token& stop) {
  state_.clocks.pause(wait_after(failures, intake_retries), Context{Context::Clock::time_point::max(), stop});
}

void Intake::run(const std::stop_token& stop) {
  int failures = 0;
  while (!stop.stop_requested()) {
    if (full_ && has_room().value_or(false)) {
      full_ = false;
      source_->resume();
    }
    const milliseconds slice = failures > 0 ? connect_slice : full_ ? full_slice : poll_slice;
    const auto command = source_->poll(Context::within(slice, stop));
    if (!command) {
      if (!stop.stop_requested()) state_.health.note(part_, command.error());
      pause(++failures, stop);
      continue;
    }
    failures = 0;
    state_.health.note(part_, {}, *command ? 1 : 0);
    if (*command && !handle(**command, stop)) return;
  }
}

// false: no command is taken any more.
bool Intake::handle(const Command& command, const std::stop_token& stop) {
  auto body = parse_command_body(command.body);
  if (body) name_by_message(*body, command);
  Result<Answer> answer = body ? Result<Answer>(Answer{}) : Result<Answer>(body.error());
  // What the store does not take now is asked again: a command is settled only once it is stored.
  for (int failures = 0; body; pause(++failures, stop)) {
    const auto* const run = std::get_if<RunCommand>(&*body);
    const auto waits = run != nullptr ? must_wait(*run) : Result<bool>(false);
    if (waits && *waits) {
      full_ = true;
      [[maybe_unused]] const auto deferred = source_->defer(command, Context::within(store_patience));
      return true;
    }
    if (run != nullptr && room_ > 0) --room_;
    answer = waits ? answers_.obey(*body, command) : Result<Answer>(waits.error());
    if (answer || is_answer(answer.error().code)) break;
    if (stop.stop_requested()) return false;
  }
  const bool elsewhere =
      !answer && answer.error().code == ErrorCode::not_found && body && !std::holds_alternative<RunCommand>(*body);
  const bool asks_others = elsewhere && able_.passes_on && !command.for_all;
  const bool bad = body ? std::holds_alternative<IncompleteCommand>(*body) : true;
  if (bad) state_.health.note_refused(part_);
  const Context context = Context::within(store_patience);
  const bool answers = !(elsewhere && command.for_all);  // else the one that has the match does
  const auto* const run = body ? std::get_if<RunCommand>(&*body) : nullptr;
  const bool says_which = answer && !answer->match.empty();
  const std::string match = says_which ? "" : run != nullptr ? run->request.id : match_named_in(command.body);
  for (int failures = 0; answers && !answers_.reply(command, match, answer, asks_others); pause(++failures, stop))
    if (stop.stop_requested()) return false;
  const std::string why = answer ? answer->message : answer.error().message;
  [[maybe_unused]] const auto settled = bad           ? source_->reject(command, why, context)
                                        : asks_others ? source_->pass_on(command, context)
                                                      : source_->accept(command, context);
  return !body || !std::holds_alternative<ShutdownCommand>(*body);
}

// A match that is here already needs no room.
Result<bool> Intake::must_wait(const RunCommand& run) {
  if (!able_.defers) return false;
  const auto room = full_ ? Result<bool>(false) : has_room();
  if (!room) return room.error();
  if (*room) return false;
  if (run.request.id.empty()) return true;
  const auto known = state_.ledger.find(run.request.id, Context::within(store_patience));
  if (!known) return known.error();
  return !known->has_value();
}

Result<bool> Intake::has_room() {
  const auto now = state_.clocks.boot();
  if (room_ > 0 && now - counted_at_ < count_again) return true;
  const Context context = Context::within(store_patience);
  const auto pool = state_.pool.status(context);
  if (!pool) return pool.error();
  const std::uint64_t allowed = std::uint64_t{pool->slots} + state_.options.backlog;
  RecordQuery query;
  query.kind = "match";
  query.states = {"queued"};
  query.limit = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(allowed, 1, 1000));
  std::uint64_t taken = pool->busy.size();
  do {
    const auto page = state_.options.store->list(query, context);
    if (!page) return page.error();
    taken += page->records.size();
    query.cursor = page->next;
  } while (taken < allowed && !query.cursor.empty());
  room_ = allowed - std::min(allowed, taken);
  counted_at_ = now;
  return room_ > 0;
}

}  // namespace matchrunner
